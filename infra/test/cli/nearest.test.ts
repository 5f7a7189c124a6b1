import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editDistance, nearest } from '../../src/cli/nearest.ts'

test('how far one word is from another', () => {
  const cases: [string, string, number][] = [
    ['', '', 0],
    ['', 'abc', 3],
    ['queue', 'queue', 0],
    ['queue', 'queues', 1],
    ['done', 'dome', 1],
    ['kitten', 'sitting', 3],
  ]
  for (const [a, b, expected] of cases) {
    assert.equal(editDistance(a, b), expected, `${a} ${b}`)
    assert.equal(editDistance(b, a), expected, `${b} ${a}`)
  }
})

test('the nearest name, if one is near', () => {
  const names = ['delete-favorites', 'delete-user', 'done', 'discarded']
  const cases: [string, string | undefined][] = [
    ['delete-favourites', 'delete-favorites'],
    ['Delete-Users', 'delete-user'],
    ['dnoe', 'done'],
    ['don', 'done'],
    ['discard', 'discarded'],
    ['nosuch', undefined],
  ]
  for (const [wrong, expected] of cases) assert.equal(nearest(wrong, names), expected, wrong)
  assert.equal(nearest('x', ['a']), undefined)
  assert.equal(nearest('x', []), undefined)
})
