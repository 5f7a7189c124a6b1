import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { markdown, short, verdictLine } from './report.ts'
import { alternate } from './rounds.ts'
import { judge, median, percentile, ratio } from './statistics.ts'

describe('statistics', () => {
  test('the median of an odd and an even number of values', () => {
    assert.equal(median([3, 1, 2]), 2)
    assert.equal(median([4, 1, 2, 3]), 2.5)
    assert.equal(median([]), Number.NaN)
  })

  test('percentiles are values that occurred', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1)
    assert.deepEqual(
      [0.5, 0.95, 0.99, 1].map((share) => percentile(values, share)),
      [50, 95, 99, 100],
    )
    assert.equal(percentile([7], 0.5), 7)
  })

  test('a ratio is taken within each round: a round in which the machine was busy does not bend it', () => {
    assert.equal(ratio([90, 9, 90], [100, 10, 100]), 0.9)
  })
})

describe('a verdict', () => {
  test('is met at the target itself', () => {
    assert.equal(judge('a', 0.85, '×', { atLeast: 0.85 }).met, true)
    assert.equal(judge('a', 90, 'MB', { atMost: 90 }).met, true)
  })

  test('says by how much it was missed', () => {
    const verdict = judge('ours ÷ limit', 0.5, '×', { atLeast: 0.85 })
    assert.equal(
      verdictLine(verdict),
      '  MISSED ours ÷ limit: 0.5 × (target: at least 0.85 ×, missed by 0.35 ×)',
    )
  })
})

test('sides take turns, and every other round goes the other way round', async () => {
  const order: string[] = []
  const turn = (name: string) => async () => order.push(name)
  const results = await alternate(new Map(['a', 'b', 'c'].map((name) => [name, turn(name)])), 3)
  assert.equal(order.join(''), 'abccbaabc')
  assert.deepEqual(results.get('c'), [3, 4, 9])
})

test('a table lines up and numbers are short', () => {
  assert.deepEqual(
    markdown([
      ['side', 'unit', 'median'],
      ['a', 'ms', short(12_345.6)],
    ]),
    ['| side | unit | median |', '| ---- | ---- | -----: |', '| a    | ms   | 12,346 |'],
  )
  assert.deepEqual([0.00123, 1.2345, 99.99, 1_000].map(short), ['0.00123', '1.23', '100', '1,000'])
})
