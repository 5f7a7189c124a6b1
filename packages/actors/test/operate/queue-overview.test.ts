import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RunningJob } from '@danbooru-jobs/contracts/wire'
import fc from 'fast-check'
import {
  type ConsumerFacts,
  overviewOf,
  type QueueFacts,
  type StateCounts,
} from '../../src/operate/queue-overview.ts'

const now = new Date('2026-03-01T12:00:00Z')
const consumer: ConsumerFacts = { pending: 0, unacknowledged: 0, redelivered: 0, pulls: 1, isPaused: false }
const empty: QueueFacts = {
  type: 't',
  isDeclared: true,
  consumer,
  stored: 0,
  oldest: undefined,
  schedules: 0,
  held: [],
  database: { waitsFor: [], retrying: 0 },
}
const job = { jobId: 'a', jobType: 't', streamSequence: 1, attempt: 1, host: 'h' }
const running: RunningJob = { ...job, startedAt: now.toISOString() }
const prefetched: RunningJob = job
const nothing: StateCounts = { scheduled: 0, queued: 0, waiting: 0, running: 0, retrying: 0 }
const delivered = (unacknowledged: number) => ({ ...consumer, unacknowledged })

describe('the jobs of a queue by state', () => {
  const rows: readonly [what: string, facts: Partial<QueueFacts>, counts: Partial<StateCounts>][] = [
    ['nothing', {}, {}],
    ['not delivered', { consumer: { ...consumer, pending: 3 }, stored: 3 }, { queued: 3 }],
    ['no consumer', { consumer: undefined, stored: 2, schedules: 1 }, { queued: 2, scheduled: 1 }],
    ['held and started', { consumer: delivered(2), held: [[running], [running]] }, { running: 2 }],
    ['prefetched', { consumer: delivered(1), held: [[prefetched]] }, { queued: 1 }],
    [
      'prefetched for a later attempt',
      { consumer: delivered(1), held: [[{ ...prefetched, attempt: 2 }]] },
      { retrying: 1 },
    ],
    [
      'delivered and held by no worker',
      { consumer: delivered(3), held: [[running]] },
      { running: 1, retrying: 2 },
    ],
    [
      'more held than delivered',
      { consumer: delivered(1), held: [[running, running, prefetched]] },
      { running: 1 },
    ],
    ['schedules', { schedules: 4 }, { scheduled: 4 }],
    [
      'parked',
      { schedules: 4, database: { waitsFor: [{ limit: 'site', jobs: 3 }], retrying: 0 } },
      { scheduled: 1, waiting: 3 },
    ],
    [
      'more parked than schedules',
      { schedules: 1, database: { waitsFor: [{ limit: 'site', jobs: 3 }], retrying: 0 } },
      { waiting: 1 },
    ],
    [
      'retries as schedules',
      { schedules: 4, database: { waitsFor: [], retrying: 3 } },
      { scheduled: 1, retrying: 3 },
    ],
    [
      'retries as schedules beside delivered ones',
      { schedules: 4, consumer: delivered(2), database: { waitsFor: [], retrying: 3 } },
      { scheduled: 3, retrying: 3 },
    ],
    [
      'more retries in the history than schedules',
      { schedules: 1, database: { waitsFor: [], retrying: 3 } },
      { retrying: 1 },
    ],
    ['no database', { schedules: 4, database: undefined }, { scheduled: 4, waiting: null }],
  ]
  for (const [what, facts, counts] of rows) {
    test(what, () => {
      assert.deepEqual(overviewOf({ ...empty, ...facts }, now).jobs, { ...nothing, ...counts })
    })
  }

  test('no count is negative, and every schedule and delivery is counted once', () => {
    const few = fc.nat(6)
    const holding = fc.array(fc.constantFrom(running, prefetched, { ...prefetched, attempt: 3 }), {
      maxLength: 6,
    })
    fc.assert(
      fc.property(
        few,
        few,
        few,
        few,
        few,
        holding,
        (pending, unacknowledged, schedules, parked, retrying, jobs) => {
          const { jobs: counts } = overviewOf(
            {
              ...empty,
              consumer: { ...consumer, pending, unacknowledged },
              schedules,
              held: [jobs],
              database: { waitsFor: [{ limit: 'site', jobs: parked }], retrying },
            },
            now,
          )
          const all = Object.values(counts).map(Number)
          assert.ok(all.every((count) => count >= 0))
          assert.equal(
            all.reduce((sum, count) => sum + count, 0),
            pending + unacknowledged + schedules,
          )
        },
      ),
    )
  })
})

test('workers, age, pause and limits of a queue', () => {
  const overview = (facts: Partial<QueueFacts>) => overviewOf({ ...empty, ...facts }, now)
  assert.equal(overview({}).hasWorkers, true)
  assert.equal(overview({ consumer: { ...consumer, pulls: 0 } }).hasWorkers, false)
  assert.equal(overview({ consumer: { ...consumer, pulls: 0 }, held: [[]] }).hasWorkers, true)
  assert.equal(overview({ oldest: now.getTime() - 1_500 }).oldestAge, 1.5)
  assert.equal(overview({ oldest: now.getTime() + 1_500 }).oldestAge, 0)
  assert.equal(overview({}).oldestAge, null)
  assert.equal(overview({ consumer: { ...consumer, isPaused: true } }).isPaused, true)
  assert.deepEqual([overview({}).hasConsumer, overview({ consumer: undefined }).hasConsumer], [true, false])
  const waitsFor = [
    { limit: 'b', jobs: 1 },
    { limit: 'c', jobs: 5 },
    { limit: 'a', jobs: 1 },
  ]
  assert.deepEqual(
    overview({ schedules: 7, database: { waitsFor, retrying: 0 } }).waitsFor.map(({ limit }) => limit),
    ['c', 'a', 'b'],
  )
})
