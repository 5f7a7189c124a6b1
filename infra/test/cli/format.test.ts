import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { QueueOverview } from '@danbooru-jobs/actors/operate'
import { deactivationText } from '../../src/cli/format/deactivation.ts'
import { enqueueText } from '../../src/cli/format/enqueue.ts'
import { lifecycleCourseText, lifecycleListText, stateText } from '../../src/cli/format/lifecycle.ts'
import { queueNote, queuesText } from '../../src/cli/format/queues.ts'
import { shorten, table } from '../../src/cli/format/table.ts'
import { durationText, timeText } from '../../src/cli/format/time.ts'

describe('tables', () => {
  const columns = [
    { title: 'name', value: (row: [string, number]) => row[0] },
    { title: 'count', value: (row: [string, number]) => row[1], align: 'right' as const },
  ]

  test('stand in columns, without blanks at the end', () => {
    assert.equal(
      table(columns, [
        ['a', 5],
        ['longer', 12_345],
      ]),
      'name    count\na           5\nlonger  12345',
    )
  })

  test('show what a stranger sent on one line, without control characters', () => {
    assert.equal(table(columns, [['a\nb\t\u001b[31mc', 1]]), 'name        count\na b �[31mc      1')
  })

  test('cut text is marked', () => {
    assert.equal(shorten('abcdef', 6), 'abcdef')
    assert.equal(shorten('abcdef', 5), 'abcd…')
  })
})

test('times and lengths of time', () => {
  const cases: [number | null | undefined, string][] = [
    [undefined, '-'],
    [null, '-'],
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1.0 s'],
    [59_900, '59.9 s'],
    [60_000, '1 min'],
    [7_199_000, '120 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
  ]
  for (const [milliseconds, expected] of cases) assert.equal(durationText(milliseconds), expected)
  assert.equal(timeText(new Date('2026-03-01T12:00:05.999Z')), '2026-03-01 12:00:05')
  assert.equal(timeText('2026-03-01T13:00:05+01:00'), '2026-03-01 12:00:05')
  assert.equal(timeText(null), '-')
})

test('what became of an enqueued job', () => {
  const accepted = { status: 'accepted', id: 'j', stream: 'JOBS', sequence: 1 } as const
  const cases: [string, string][] = [
    [enqueueText('prune-bans', accepted, undefined), 'accepted: prune-bans j'],
    [
      enqueueText('prune-bans', accepted, new Date('2026-03-01T12:00:00Z')),
      'accepted: prune-bans j, runs at 2026-03-01 12:00:00 UTC',
    ],
    [
      enqueueText('prune-bans', { status: 'duplicate', id: 'j', sequence: 1 }, undefined),
      'duplicate: prune-bans j was enqueued before; nothing was added',
    ],
    [
      enqueueText('prune-bans', { status: 'already-queued', key: 'all' }, undefined),
      'already queued: a prune-bans with key all is waiting or running; nothing was added',
    ],
  ]
  for (const [text, expected] of cases) assert.equal(text, expected)
})

test('the answer to a deactivation', () => {
  const lifecycle = { machine: 'user-deactivation', key: '10' }
  assert.equal(
    deactivationText({ status: 'accepted', lifecycle }),
    'accepted: lifecycle user-deactivation 10',
  )
  assert.equal(
    deactivationText({ status: 'accepted', lifecycle, alreadyInProgress: true }),
    'accepted: lifecycle user-deactivation 10 (it was under way already)',
  )
  assert.equal(deactivationText({ status: 'refused', errors: ['a', 'b'] }), 'refused: a\nrefused: b')
  assert.equal(deactivationText({ status: 'invalid', errors: ['userId: x'] }), 'invalid: userId: x')
  assert.equal(deactivationText({ status: 'limited', errors: ['wait'] }), 'limited: wait')
  assert.equal(deactivationText({ status: 'failed', errors: ['try again'] }), 'failed: try again')
})

test('the state of a statechart on one line', () => {
  const cases: [unknown, string][] = [
    ['completed', 'completed'],
    [
      { erasing: { favorites: 'done', privateData: 'running' } },
      'erasing.favorites.done + erasing.privateData.running',
    ],
    [null, 'null'],
  ]
  for (const [state, expected] of cases) assert.equal(stateText(state), expected)
})

test('lifecycles and their steps', () => {
  const at = new Date('2026-03-01T12:00:00Z')
  const row = {
    ...{ machine: 'm', key: '7', status: 'active', tags: [], version: 2, isStalled: false },
    createdAt: at,
    updatedAt: at,
  }
  assert.equal(lifecycleListText([]), 'no lifecycles')
  assert.match(
    lifecycleListText([{ ...row, state: { a: 'b' }, endedAt: null }]),
    /\nm {8}7 {4}a\.b {4}2026-03-01 12:00:00 {2}2026-03-01 12:00:00 {2}-$/,
  )
  const step = { version: 2, state: 'done', receivedAt: at, messageId: 'x' }
  assert.match(
    lifecycleCourseText([{ ...step, event: { type: 'job.done', jobId: 'j' } }]),
    /2 {2}2026-03-01 12:00:00 {2}job\.done \{"jobId":"j"\} {2}done$/,
  )
})

test('queues', () => {
  const queue: QueueOverview = {
    type: 't',
    jobs: { scheduled: 2, queued: 3, waiting: 4, running: 5, retrying: 6 },
    waitsFor: [],
    redelivered: 1,
    oldestAge: 90,
    isPaused: false,
    hasWorkers: true,
    hasConsumer: true,
    isDeclared: true,
  }
  const idle = { ...queue, jobs: { ...queue.jobs, queued: 0 } }
  const waitsFor = [
    { limit: 'site', jobs: 3 },
    { limit: 'mail', jobs: 1 },
  ]
  const notes: [what: string, queue: QueueOverview, note: string][] = [
    ['all is well', queue, ''],
    ['nobody works', { ...queue, hasWorkers: false }, 'no worker'],
    ['nobody works, nothing to do', { ...idle, hasWorkers: false }, ''],
    ['paused', { ...queue, hasWorkers: false, isPaused: true }, 'paused'],
    ['limits', { ...queue, waitsFor }, '3 wait for limit site, 1 waits for limit mail'],
    ['nobody knows it', { ...queue, isDeclared: false, hasConsumer: false }, 'unknown type'],
    ['another version knows it', { ...queue, isDeclared: false }, 'type of another version'],
  ]
  for (const [what, given, note] of notes) assert.equal(queueNote(given), note, what)
  const unknown = { ...idle, jobs: { ...idle.jobs, waiting: null }, oldestAge: null }
  assert.deepEqual(queuesText([queue, unknown]).split('\n'), [
    'type  scheduled  queued  waiting  running  retrying  oldest',
    't             2       3        4        5         6   2 min',
    't             2       0        -        5         6       -',
  ])
})
