import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  addressText,
  endNotices,
  type FollowUp,
  followUp,
  type JobSource,
  jobFacts,
  jobLogCopy,
  outgoing,
  parseAddress,
  waitingAddress,
} from '../src/wire.ts'

const at = new Date('2026-02-03T04:05:06.789Z')
const storedAt = new Date('2026-01-01T00:00:00.000Z')

function source(subject: string, headers: Record<string, string>): JobSource {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value]] as const)
  return { subject, headers: entries, body: '{"n":1}', sequence: 7, storedAt }
}

const plain = source('jobs.work', {
  'Job-Id': 'id',
  'Job-Attempts': '1',
  'Job-Enqueued-At': '2025-12-31T00:00:00.000Z',
  'Job-Actor': '5',
  'X-Own': 'kept',
  'Nats-Msg-Id': 'old',
})
const kept = {
  'Job-Id': 'id',
  'Job-Enqueued-At': '2025-12-31T00:00:00.000Z',
  'Job-Actor': '5',
  'X-Own': 'kept',
}
const unique = source('jobs.work.k.id', { 'Job-Id': 'id', 'Job-Unique': 'while-queued' })
const isUnique = { 'Job-Id': 'id', 'Job-Enqueued-At': storedAt.toISOString(), 'Job-Unique': 'while-queued' }
const expectsFree = (subject: string) => ({
  'Nats-Expected-Last-Subject-Sequence': '0',
  'Nats-Expected-Last-Subject-Sequence-Subject': subject,
})
const due = (target: string) => ({
  'Nats-Schedule': `@at ${at.toISOString()}`,
  'Nats-Schedule-Target': target,
})
const parked = source('schedules.work.k', {
  ...kept,
  'Job-Parked': 'site',
  'Nats-Schedule': '@at 2027-01-01T00:00:00Z',
  'Nats-Schedule-Target': 'jobs.work.k',
})

const address = (text: string) => parseAddress(text)

const table: readonly (readonly [
  name: string,
  source: JobSource,
  change: FollowUp,
  subject: string,
  headers: Record<string, string>,
])[] = [
  [
    'a retry as a schedule',
    plain,
    {
      kind: 'retry',
      attempt: 2,
      at,
      address: address('work'),
      waitsAt: address('work.id'),
      expectFree: false,
      order: undefined,
    },
    'schedules.work.id',
    { ...kept, 'Job-Attempts': '2', 'Job-Retry': '2', ...due('jobs.work'), 'Nats-Msg-Id': 'id:retry:7:2' },
  ],
  [
    'a retry that takes its unique key again',
    unique,
    {
      kind: 'retry',
      attempt: 1,
      at,
      address: address('work.k'),
      waitsAt: address('work.k'),
      expectFree: true,
      order: undefined,
    },
    'schedules.work.k',
    {
      ...isUnique,
      'Job-Attempts': '1',
      'Job-Retry': '1',
      ...expectsFree('*.work.k'),
      ...due('jobs.work.k'),
      'Nats-Msg-Id': 'id:retry:7:1',
    },
  ],
  [
    'a job put back to run at once',
    plain,
    {
      kind: 'put-back',
      attemptsUsed: 1,
      at: undefined,
      address: address('work'),
      waitsAt: address('work.id'),
      order: undefined,
    },
    'jobs.work',
    { ...kept, 'Job-Attempts': '1', 'Nats-Msg-Id': 'id:put-back:7' },
  ],
  [
    'an ordered job put back for later',
    plain,
    {
      kind: 'put-back',
      attemptsUsed: 1,
      at,
      address: address('work.k.id'),
      waitsAt: address('work.k.id'),
      order: 3,
    },
    'schedules.work.k.id',
    {
      ...kept,
      'Job-Attempts': '1',
      'Job-Order': '3',
      ...due('jobs.work.k.id'),
      'Nats-Msg-Id': 'id:put-back:7',
    },
  ],
  [
    'a parked job',
    plain,
    {
      kind: 'park',
      attemptsUsed: 1,
      at,
      address: address('work.id'),
      waitingFor: 'site',
      order: undefined,
    },
    'schedules.work.id',
    {
      ...kept,
      'Job-Attempts': '1',
      'Job-Parked': 'site',
      ...due('jobs.work.id'),
      'Nats-Msg-Id': 'id:parked:7',
    },
  ],
  [
    'a parked job that is released',
    parked,
    { kind: 'release' },
    'jobs.work.k',
    {
      ...kept,
      'Nats-Scheduler': 'schedules.work.k',
      'Nats-Schedule-Next': 'purge',
      'Nats-Msg-Id': 'id:released:7',
    },
  ],
  [
    'a unique job that starts and frees its key',
    source('jobs.work.k', { 'Job-Id': 'id', 'Job-Unique': 'while-queued' }),
    { kind: 'start', attemptsUsed: 0, address: address('work.k.id') },
    'jobs.work.k.id',
    {
      ...isUnique,
      'Job-Attempts': '0',
      ...expectsFree('*.work.k.id'),
      'Nats-Msg-Id': 'id:started:7',
    },
  ],
  [
    'a scheduled job that is to run now',
    parked,
    { kind: 'run-now', attemptsUsed: 4 },
    'jobs.work.k',
    {
      ...kept,
      'Job-Attempts': '4',
      'Nats-Scheduler': 'schedules.work.k',
      'Nats-Schedule-Next': 'purge',
      'Nats-Msg-Id': 'id:run-now:7',
    },
  ],
  [
    'a queued job that is to run now',
    plain,
    { kind: 'run-now', attemptsUsed: 1 },
    'jobs.work',
    { ...kept, 'Job-Attempts': '1', 'Nats-Msg-Id': 'id:run-now:7' },
  ],
  [
    'a dead letter',
    plain,
    { kind: 'redrive', at: undefined },
    'jobs.work',
    { ...kept, 'Job-Attempts': '0', 'Nats-Msg-Id': 'id:redrive:7' },
  ],
  [
    'a dead letter of a unique type takes its key again',
    unique,
    { kind: 'redrive', at: undefined },
    'jobs.work.k',
    { ...isUnique, 'Job-Attempts': '0', ...expectsFree('*.work.k'), 'Nats-Msg-Id': 'id:redrive:7' },
  ],
  [
    'a dead letter of a key that others may have, for later, replaces none of them',
    source('jobs.work.k', { 'Job-Id': 'id' }),
    { kind: 'redrive', at },
    'schedules.work.k.id',
    {
      'Job-Id': 'id',
      'Job-Enqueued-At': storedAt.toISOString(),
      'Job-Attempts': '0',
      ...due('jobs.work.k'),
      'Nats-Msg-Id': 'id:redrive:7',
    },
  ],
]

describe('a follow-up message of a job', () => {
  for (const [name, from, change, subject, headers] of table) {
    test(name, () => {
      const message = outgoing(followUp(from, change))
      assert.equal(message.subject, subject)
      assert.deepEqual(message.headers, headers)
      assert.equal(message.body, '{"n":1}')
    })
  }

  test('keeps every value of a header', () => {
    const from: JobSource = { ...plain, headers: [['X-Own', ['a', 'b']]] }
    assert.deepEqual(followUp(from, { kind: 'release' }).headers['X-Own'], ['a', 'b'])
  })

  test('of a message without headers gets the id that the job is known by', () => {
    const message = followUp(source('jobs.work', {}), { kind: 'run-now', attemptsUsed: 0 })
    assert.deepEqual(message.headers['Job-Id'], ['JOBS-7'])
    assert.deepEqual(message.headers['Job-Enqueued-At'], [storedAt.toISOString()])
  })
})

test('a header that is missing or malformed has a default', () => {
  const said = { 'Job-Attempts': 'many', 'Job-Enqueued-At': 'soon', 'Job-Order': '-1' }
  const { id, attemptsUsed, enqueuedAt, isUnique: isUniqueJob, order } = jobFacts(source('jobs.work', said))
  assert.deepEqual(
    [id, attemptsUsed, enqueuedAt, isUniqueJob, order],
    ['JOBS-7', 0, storedAt, false, undefined],
  )
})

test('the copy for the job log has the stream, subject and sequence of the message', () => {
  const copy = outgoing(
    jobLogCopy(source('jobs.work.k', { 'Job-Id': 'id', 'Nats-Schedule-Next': 'purge' }), 'JOBS'),
  )
  assert.equal(copy.subject, 'job-log.stored.jobs.work.k')
  assert.deepEqual(copy.headers, {
    'Job-Id': 'id',
    'Nats-Stream': 'JOBS',
    'Nats-Subject': 'jobs.work.k',
    'Nats-Sequence': '7',
    'Nats-Time-Stamp': storedAt.toISOString(),
  })
})

describe('where a job waits', () => {
  const places: readonly [from: string, holdsKey: boolean, waits: string][] = [
    ['work', false, 'work.id'],
    ['work', true, 'work.id'],
    ['work.k', false, 'work.k.id'],
    ['work.k', true, 'work.k'],
    ['work.k.id', false, 'work.k.id'],
    ['work.k.id', true, 'work.k.id'],
  ]
  for (const [from, holdsKey, waits] of places) {
    test(`${from}, ${holdsKey ? 'with' : 'without'} a key that only one job can have: ${waits}`, () => {
      assert.equal(addressText(waitingAddress(address(from), 'id', holdsKey)), waits)
    })
  }
})

describe('the notices of the end of a job', () => {
  const job = { id: 'id', type: 'work', attempt: 2 }
  const notices = (headers: Record<string, string>) =>
    endNotices((name) => headers[name], job, { state: 'discarded', reason: 'no luck' }, { actor: '5' })

  test('go to its batch and to the subject that it names', () => {
    const sent = notices({ 'Job-Batch': 'b', 'Job-Notify': 'lifecycles.machine.k' })
    assert.deepEqual(
      sent.map(
        (notice) => notice.kind === 'message' && [notice.message.subject, JSON.parse(notice.message.body)],
      ),
      [
        ['batches.b', { type: 'job.ended', batch: 'b', jobId: 'id', state: 'discarded' }],
        [
          'lifecycles.machine.k',
          { type: 'job.discarded', jobId: 'id', jobType: 'work', attempt: 2, reason: 'no luck' },
        ],
      ],
    )
    assert.equal(sent[1]?.kind === 'message' && sent[1].message.headers['Job-Actor'], '5')
  })

  test('are none for a job that names no receiver', () => assert.deepEqual(notices({}), []))

  for (const [header, receiver] of [
    ['Job-Notify', 'lifecycles.*'],
    ['Job-Notify', 'two words'],
    ['Job-Batch', 'x'.repeat(201)],
  ] as const) {
    test(`give the reason why ${header} ${receiver.slice(0, 20)} cannot get one`, () => {
      const [notice] = notices({ [header]: receiver })
      assert.equal(notice?.kind, 'undeliverable')
      assert.equal(notice?.receiver, receiver)
    })
  }
})
