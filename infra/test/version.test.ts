import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions, isNewEnough, parseVersion } from '../src/nats/version.ts'

test('versions are read from what programs and people write', () => {
  const cases: [string, string | undefined][] = [
    ['nats-server: v2.15.1', '2.15.1'],
    ['nats-server: v2.15.0-RC.1\n', '2.15.0'],
    ['v2.9.10', '2.9.10'],
    ['2.14.0', '2.14.0'],
    ['nats-server: dev', undefined],
    ['', undefined],
    ['.fetching-12', undefined],
  ]
  for (const [text, expected] of cases) {
    const version = parseVersion(text)
    const actual = version && `${version.major}.${version.minor}.${version.patch}`
    assert.equal(actual, expected, text)
  }
})

test('versions are compared by number, not by letter', () => {
  const cases: [string, string, number][] = [
    ['2.9.10', '2.14.0', -1],
    ['2.14.0', '2.14.0', 0],
    ['2.14.10', '2.14.9', 1],
    ['3.0.0', '2.99.99', 1],
  ]
  for (const [a, b, expected] of cases) {
    const [left, right] = [parseVersion(a), parseVersion(b)]
    assert.ok(left !== undefined && right !== undefined)
    assert.equal(Math.sign(compareVersions(left, right)), expected, `${a} and ${b}`)
    assert.equal(isNewEnough(left), b !== '2.14.0' || expected >= 0, a)
  }
})
