import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findUnknown, pauseAfter } from '../src/find-unknown.ts'

const declared = new Set(['delete-user', 'prune-bans'])
const filters = ['jobs.delete-user', 'jobs.delete-user.>', 'jobs.newer', 'jobs.newer.>']

test('a type is unknown when it is neither declared nor taken', () => {
  const cases: [what: string, subjects: string[], filters: string[], unknown: string[]][] = [
    ['nothing queued', [], filters, []],
    ['declared and taken', ['jobs.delete-user', 'jobs.delete-user.7'], filters, []],
    ['declared, its service not deployed', ['jobs.prune-bans.all'], filters, []],
    ['of a newer version, which takes it', ['jobs.newer', 'jobs.newer.key'], filters, []],
    [
      'unknown, with and without a key',
      ['jobs.typo', 'jobs.typo.7', 'jobs.Delete-User'],
      filters,
      ['typo', 'Delete-User'],
    ],
    ['a consumer takes everything', ['jobs.typo'], ['jobs.>'], []],
    ['a consumer without a filter', ['jobs.typo'], ['>'], []],
    ['no consumer at all', ['jobs.typo', 'jobs.prune-bans'], [], ['typo']],
  ]
  for (const [what, subjects, taken, expected] of cases) {
    assert.deepEqual([...findUnknown(subjects, { declared, filters: taken })], expected, what)
  }
})

test('the more subjects there are, the rarer it looks', () => {
  assert.equal(pauseAfter(0, 60_000), 60_000)
  assert.equal(pauseAfter(1_000_000, 60_000), 1_060_000)
})
