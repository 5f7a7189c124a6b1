import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dueArgument, parseDuration, parseTime, sinceArgument } from '../../src/cli/times.ts'

const now = new Date('2026-03-01T12:00:00Z')
const refused = (pattern: RegExp) => ({ name: 'UsageError', message: pattern })

describe('a point in time', () => {
  const cases: [string, string | undefined][] = [
    ['2026-12-31', '2026-12-31T00:00:00.000Z'],
    ['2026-12-31T18:30:00Z', '2026-12-31T18:30:00.000Z'],
    ['2026-12-31T18:30+02:00', '2026-12-31T16:30:00.000Z'],
    ['2026-12-31T18:30:00.5-0100', '2026-12-31T19:30:00.500Z'],
    ['2026-12-31 18:30:05', '2026-12-31T18:30:05.000Z'],
    ['now', '2026-03-01T12:00:00.000Z'],
    ['today', '2026-03-01T00:00:00.000Z'],
    ['Yesterday', '2026-02-28T00:00:00.000Z'],
    ['tomorrow', '2026-03-02T00:00:00.000Z'],
    ['90m', '2026-03-01T10:30:00.000Z'],
    ['90m ago', '2026-03-01T10:30:00.000Z'],
    ['1.5h  ago', '2026-03-01T10:30:00.000Z'],
    ['in 2w', '2026-03-15T12:00:00.000Z'],
    ['in 1h ago', undefined],
    ['2026-02-30', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-12-31T25:00Z', undefined],
    ['last week', undefined],
    ['toString', undefined],
    ['-5m', undefined],
    ['5', undefined],
    ['', undefined],
  ]
  for (const [text, expected] of cases) {
    test(`"${text}" is ${expected ?? 'none'}`, () => {
      assert.equal(parseTime(text, now, 'ago')?.toISOString(), expected)
    })
  }

  test('is after now without "ago" where a job is to run', () => {
    assert.equal(parseTime('1h', now, 'in')?.toISOString(), '2026-03-01T13:00:00.000Z')
    assert.equal(parseTime('1h ago', now, 'in')?.toISOString(), '2026-03-01T11:00:00.000Z')
  })
})

test('a length of time', () => {
  const cases: [string, number | undefined][] = [
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['2w', 1_209_600_000],
    ['soon', undefined],
    ['-5m', undefined],
    ['5 m', undefined],
  ]
  for (const [text, expected] of cases) assert.equal(parseDuration(text), expected, text)
})

test('a refusal names the forms that are accepted', () => {
  const cases: [() => unknown, RegExp][] = [
    [() => sinceArgument('--since', 'last week', now), /--since "last week" .*1h ago.*yesterday/],
    [() => sinceArgument('--since', 'tomorrow', now), /in the future \(2026-03-02T00:00:00\.000Z\)/],
    [() => dueArgument({ delay: '10m', at: '2026-12-31T18:30:00Z' }, now), /not both/],
    [() => dueArgument({ delay: 'soon' }, now), /--delay "soon" .*30s/],
    [() => dueArgument({ at: 'soon' }, now), /--at "soon" .*in 1h.*2026-12-31T18:30:00Z/],
    [() => dueArgument({ at: 'yesterday' }, now), /in the past .* leave --at out/],
  ]
  for (const [parse, pattern] of cases) assert.throws(parse, refused(pattern))
})

test('when a job is to run', () => {
  const cases: [{ delay?: string; at?: string }, string | undefined][] = [
    [{}, undefined],
    [{ delay: '10m' }, '2026-03-01T12:10:00.000Z'],
    [{ at: '1h' }, '2026-03-01T13:00:00.000Z'],
    [{ at: 'now' }, '2026-03-01T12:00:00.000Z'],
    [{ at: '2026-12-31T18:30:00+02:00' }, '2026-12-31T16:30:00.000Z'],
  ]
  for (const [given, expected] of cases) assert.equal(dueArgument(given, now)?.toISOString(), expected)
})
