import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JobState } from '@danbooru-jobs/contracts'
import fc from 'fast-check'
import type { EventEntry, LogEntry } from '../src/read/log-entry.ts'
import { countDeltas } from '../src/reduce/count-deltas.ts'
import type { JobRecord } from '../src/reduce/job-record.ts'
import { type Known, reduceBatch } from '../src/reduce/reduce.ts'
import { settleGone } from '../src/reduce/settle-gone.ts'
import { messageOfEarly } from '../src/reduce/unknown-message.ts'
import { acked, course, event, failed, naked, report, stored, terminated } from './entries.ts'

const nothing: Known = { records: [], superseded: new Map(), early: [] }

function only(entries: readonly LogEntry[], known = nothing): JobRecord {
  const { jobs } = reduceBatch(entries, known)
  assert.equal(jobs.length, 1)
  const [job] = jobs
  assert.ok(job)
  return job.after
}

describe('the course of one job', () => {
  const courses: readonly [string, readonly LogEntry[], JobState, Partial<JobRecord>][] = [
    ['stored', [stored(1)], 'queued', { attempts: 0, endedAt: null }],
    ['a schedule', [stored(1, { scheduledFor: 5_000 })], 'scheduled', { scheduledFor: 5_000 }],
    ['parked', [stored(1, { scheduledFor: 5_000, state: 'waiting' })], 'waiting', {}],
    [
      'failed and acknowledged: it continues as another message',
      [stored(1), failed(1, 1_100, 1), acked(1, 1_101)],
      'retrying',
      { endedAt: null, durationMs: null, retryAt: 1_150 },
    ],
    [
      'acknowledged, then reported as failed',
      [stored(1), acked(1, 1_101), failed(1, 1_100, 1)],
      'retrying',
      { endedAt: null },
    ],
    [
      'failed, then acknowledged after a later attempt',
      [stored(1), failed(1, 1_100, 1), naked(1, 1_101), acked(1, 1_200, 2)],
      'done',
      { endedAt: 1_200 },
    ],
    [
      'failed, its next attempt stored as a schedule',
      [
        stored(1),
        failed(1, 1_100, 1),
        stored(2, { scheduledFor: 5_000, state: 'retrying', attemptsBefore: 1 }),
      ],
      'retrying',
      { retryAt: 5_000, attempts: 1 },
    ],
    [
      'reported as parked',
      [stored(1), acked(1, 1_100), report(1, 1_050, 'parked')],
      'waiting',
      { endedAt: null },
    ],
    [
      'parked, then released',
      [stored(1), stored(2, { scheduledFor: 5_000, state: 'waiting' }), stored(3)],
      'queued',
      {},
    ],
    ['acknowledged', [stored(1), acked(1, 1_100)], 'done', { startedAt: 1_090, durationMs: 10, waitMs: 90 }],
    ['acknowledged before stored', [acked(1, 1_100), stored(1)], 'done', { attempts: 1 }],
    ['said to run', [stored(1), report(1, 2_000, 'running')], 'running', { host: 'h' }],
    ['failed', [stored(1), failed(1, 2_000, 1), naked(1, 2_001)], 'retrying', { retryAt: 2_050 }],
    [
      'started again',
      [stored(1), failed(1, 2_000, 1), naked(1, 2_001), report(1, 2_060, 'started', { attempt: 2 })],
      'running',
      { attempts: 2, errorMessage: 'e1' },
    ],
    [
      'terminated',
      [stored(1), terminated(1, 2_000, 'record-gone: x')],
      'discarded',
      { errorCode: 'record-gone' },
    ],
    [
      'terminated in events of its own',
      [stored(1), terminated(1, 2_000, 'no')],
      'discarded',
      { reason: 'no' },
    ],
    ['cancelled', [stored(1), terminated(1, 2_000, 'cancelled: x')], 'cancelled', { errorMessage: null }],
    ['a late report', [stored(1), acked(1, 1_100), report(1, 1_050, 'running')], 'done', {}],
    [
      'published again, the old message acknowledged',
      [stored(1), stored(2, { attemptsBefore: 1 }), acked(1, 1_100)],
      'queued',
      { sequence: 2, attempts: 1, endedAt: null },
    ],
    [
      'snoozed and fired',
      [stored(1), stored(2, { scheduledFor: 5_000 }), acked(1, 1_100), stored(3), acked(3, 5_100)],
      'done',
      { sequence: 3, scheduledFor: 5_000 },
    ],
  ]
  for (const [name, entries, state, more] of courses) {
    test(`${name}: ${state}`, () => {
      const record = only(entries)
      assert.equal(record.state, state)
      assert.deepEqual({ ...record, ...more }, record)
    })
  }

  test('a crash is a failed attempt though no worker reported it', () => {
    const { attempts } = reduceBatch(
      [stored(1), report(1, 9_000, 'started', { attempt: 2, crashes: 1 })],
      nothing,
    )
    assert.deepEqual(
      attempts.map(({ report: { report: last } }) => [last.attempt, last.error?.code]),
      [[1, 'crashed']],
    )
  })

  test('events about an unknown message are given back, and are worth the same with their message', () => {
    const events = [failed(1, 2_000, 1), naked(1, 2_001), acked(1, 3_000, 2)]
    const first = reduceBatch(events, nothing)
    assert.deepEqual(first.jobs, [])
    assert.deepEqual(first.early, events)
    const message = stored(1)
    assert.deepEqual(only([message], { ...nothing, early: events }), only([message, ...events]))
    assert.equal(messageOfEarly(events).queuedAt, 1_995)
  })
})

describe('any order and any repetition', () => {
  test('of a batch gives the same end', () => {
    fc.assert(
      fc.property(
        course.chain((entries) =>
          fc.tuple(
            fc.constant([...entries]),
            fc.shuffledSubarray([...entries, ...entries], { minLength: 2 * entries.length }),
          ),
        ),
        ([entries, shuffled]) => {
          assert.deepEqual(reduceBatch(shuffled, nothing), reduceBatch(entries, nothing))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('over several batches gives the same end, and counters that agree', () => {
    fc.assert(
      fc.property(
        course.chain((entries) =>
          fc.tuple(
            fc.constant([...entries]),
            fc.shuffledSubarray([...entries], { minLength: entries.length }),
            fc.array(fc.nat(entries.length), { maxLength: 4 }),
          ),
        ),
        ([entries, shuffled, cuts]) => {
          const { record, total } = inChunks(shuffled, cuts)
          assert.deepEqual(record, only(entries))
          assert.equal(total, 1)
        },
      ),
      { numRuns: 300 },
    )
  })
})

/** In place of the database: the rows that one batch leaves are those that the next one reads. */
function inChunks(entries: readonly LogEntry[], cuts: readonly number[]) {
  let record: JobRecord | undefined
  let early: readonly EventEntry[] = []
  let total = 0
  const superseded = new Map<number, string>()
  const places = [0, ...cuts.toSorted((a, b) => a - b), entries.length]
  for (let index = 1; index < places.length; index++) {
    const batch = entries.slice(places[index - 1], places[index])
    const messages = new Set(batch.filter(({ kind }) => kind === 'stored').map(({ sequence }) => sequence))
    const changes = reduceBatch(batch, {
      records: record ? [record] : [],
      superseded,
      early: early.filter(({ sequence }) => messages.has(sequence)),
    })
    early = [...early.filter(({ sequence }) => !messages.has(sequence)), ...changes.early]
    for (const { sequence, jobId } of changes.superseded) superseded.set(sequence, jobId)
    for (const { after } of changes.jobs) record = after
    total += countDeltas(changes.jobs).reduce((sum, { count }) => sum + count, 0)
  }
  return { record, total }
}

describe('a job that is gone from the queue', () => {
  const cases: readonly [
    string,
    readonly LogEntry[],
    { processed?: boolean; deliveredUpTo?: number },
    string,
  ][] = [
    ['its transaction was committed', [stored(5)], { processed: true }, 'done'],
    ['its result was reported', [stored(5), report(5, 2_000, 'ended', { result: 1 })], {}, 'done'],
    [
      'its last attempt failed',
      [stored(5), report(5, 2_000, 'failed', { error: { name: 'E', message: 'e' } })],
      {},
      'discarded',
    ],
    ['it was never delivered', [stored(5)], { deliveredUpTo: 4 }, 'cancelled'],
    ['its type has no worker', [stored(5)], {}, 'cancelled'],
    ['it was delivered', [stored(5)], { deliveredUpTo: 5 }, 'lost'],
    ['it was running', [stored(5), report(5, 2_000, 'running')], {}, 'lost'],
    ['its schedule was not due', [stored(5, { scheduledFor: 99_000 })], {}, 'cancelled'],
    ['it was parked', [stored(5, { scheduledFor: 99_000, state: 'waiting' })], {}, 'cancelled'],
    ['its retry was not due', [stored(5, { scheduledFor: 99_000, state: 'retrying' })], {}, 'cancelled'],
    ['its schedule was due', [stored(5, { scheduledFor: 9_000 })], {}, 'lost'],
    ['its schedule had no id', [stored(5, { scheduledFor: 9_000, jobId: 'JOBS-5' })], {}, 'replaced'],
  ]
  for (const [name, entries, { processed = false, deliveredUpTo }, expected] of cases) {
    test(`${name}: ${expected}`, () => {
      const settled = settleGone({ record: only(entries), processed, deliveredUpTo }, 10_000)
      assert.equal(settled.kind === 'end' ? settled.state : settled.kind, expected)
    })
  }

  test("the server's event overrules the guess, whenever it comes", () => {
    const guess: EventEntry = { ...event(5, 9_000), kind: 'settled', state: 'lost', reason: 'lost: x' }
    assert.equal(only([stored(5), guess]).state, 'lost')
    assert.equal(only([stored(5), guess, acked(5, 2_000)]).state, 'done')
    assert.equal(only([stored(5), acked(5, 2_000), guess]).state, 'done')
  })
})
