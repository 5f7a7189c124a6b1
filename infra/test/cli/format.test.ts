import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BatchState, QueueOverview, RunningService, ScheduleStatus } from '@danbooru-jobs/actors/operate'
import { batchesText, batchText } from '../../src/cli/format/batches.ts'
import { countText } from '../../src/cli/format/count.ts'
import { deactivationText } from '../../src/cli/format/deactivation.ts'
import { enqueueText } from '../../src/cli/format/enqueue.ts'
import { lifecycleCourseText, lifecycleListText, stateText } from '../../src/cli/format/lifecycle.ts'
import { migrationText } from '../../src/cli/format/migration.ts'
import { queueNote, queuesText } from '../../src/cli/format/queues.ts'
import { servicesText } from '../../src/cli/format/services.ts'
import { shorten, table } from '../../src/cli/format/table.ts'
import { durationText, timeText } from '../../src/cli/format/time.ts'
import { waitingText } from '../../src/cli/format/waiting.ts'
import { scheduleNamed } from '../../src/cli/operate-schedules.ts'

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

test('what a migration changed', () => {
  const nothing = { booru: 'present', jobs: { migrations: [], functions: [] } } as const
  assert.equal(migrationText(nothing), 'the database is up to date')
  const all = { booru: 'created', jobs: { migrations: ['0001_a', '0002_b'], functions: ['f'] } } as const
  assert.equal(
    migrationText(all),
    'created the tables of the image board\napplied migrations: 0001_a, 0002_b\ncreated or replaced SQL functions: f',
  )
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

test('batches', () => {
  const batch: BatchState = {
    ...{ id: 'b', parent: null, sealed: true, total: 5, done: 2, discarded: 1, cancelled: 0 },
    since: new Date('2026-03-01T12:00:00Z'),
    completedAt: undefined,
  }
  const states: [batch: BatchState, state: string][] = [
    [batch, 'open'],
    [{ ...batch, sealed: false }, 'filling'],
    [{ ...batch, completedAt: new Date('2026-03-01T13:00:00Z') }, 'complete'],
  ]
  for (const [given, state] of states) assert.match(batchesText([given]), new RegExp(`  b   ${state} `))
  assert.equal(batchesText([]), 'no batches')
  const openJobs = [{ id: 'j', type: 'mail', state: 'queued' as const }]
  assert.deepEqual(batchText({ batch, openJobs }).split('\n').slice(1), [
    '2026-03-01 12:00:00  b   open      5     2     2          1          0  -',
    '',
    'type  state   id',
    'mail  queued  j',
    'and 1 more',
  ])
})

test('services', () => {
  const endpoint = { name: 'mail', subject: 'jobs.mail', processingTime: 5, data: null }
  const service: RunningService = {
    ...{ id: 'x', name: 'mail', version: '0.1.0', description: 'Mail', kind: 'worker', host: 'here:1' },
    startedAt: new Date('2026-03-01T12:00:00Z'),
    endpoints: [{ ...endpoint, requests: 3, errors: 1, lastError: 'no\nserver' }],
  }
  const foreign = { ...service, name: 'other', kind: null, host: null, startedAt: null, endpoints: [] }
  assert.deepEqual(servicesText([service, foreign]).split('\n').slice(1), [
    'mail   worker  here:1  0.1.0    2026-03-01 12:00:00        3       1  no server',
    'other  -       -       0.1.0    -                          0       0',
  ])
  assert.equal(servicesText([]), 'no services')
})

test('what a job waits for', () => {
  const job = { jobId: 'j', jobType: 't', limit: 'site', key: 'a', ahead: 2, since: new Date(0) }
  const until = new Date('2026-03-01T12:00:00Z')
  assert.equal(
    waitingText({ ...job, until: undefined, isReleased: false }),
    'waits for limit site (key a), 2 ahead',
  )
  assert.equal(
    waitingText({ ...job, until, isReleased: false }),
    'waits for limit site (key a) until 2026-03-01T12:00:00.000Z',
  )
  assert.equal(waitingText({ ...job, until: undefined, isReleased: true }), 'is about to start')
})

test('a schedule is found by its name, or with its set', () => {
  const schedule: ScheduleStatus = {
    ...{ set: 'a', name: 'one', job: 'one', payload: {}, overlap: 'skip', catchUp: 'last', isOnServer: true },
    ...{ runs: 0, skipped: 0, missed: 0, lastDueAt: undefined, lastOutcome: undefined, lastJobId: undefined },
    ...{ rule: { cron: '0 0 0 1 1 *', timeZone: 'UTC' }, pausedAt: undefined, nextDueAt: undefined },
  }
  const all = [schedule, { ...schedule, name: 'two' }, { ...schedule, set: 'b' }]
  const found = (name: string) => {
    const { set, name: own } = scheduleNamed(all, name)
    return [set, own]
  }
  assert.deepEqual(found('two'), ['a', 'two'])
  assert.deepEqual(found('b.one'), ['b', 'one'])
  assert.throws(() => found('one'), /^UsageError: Several sets have a schedule "one": a\.one, b\.one\.$/)
  assert.throws(() => found('three'), /There is no schedule "three".*a\.one, a\.two, b\.one/)
  assert.throws(() => scheduleNamed([schedule], 'three'), /There is no schedule "three".*: one\.$/)
})

test('a number with its noun', () => {
  const cases: [number, string][] = [
    [0, '0 jobs'],
    [1, '1 job'],
    [2, '2 jobs'],
  ]
  for (const [count, expected] of cases) assert.equal(countText(count, 'job'), expected)
  assert.equal(countText(1, 'waits', 'wait'), '1 waits')
  assert.equal(countText(2, 'batch', 'batches'), '2 batches')
})
