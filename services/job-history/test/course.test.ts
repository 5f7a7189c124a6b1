import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { cancel, done, RecordGoneError, retry, snooze, worker } from '@danbooru-jobs/actors'
import { defineJob } from '@danbooru-jobs/contracts'
import { jobHeader, natsHeader, subjects } from '@danbooru-jobs/contracts/wire'
import { headers } from '@nats-io/transport-node'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { type HistoryBed, makeHistoryBed } from './bed.ts'

let bed: HistoryBed
const type = defineJob({
  name: 'course',
  title: 'Course',
  payload: z.object({ userId: z.number() }),
  delivery: { attempts: 2, backOff: { kind: 'list', delays: [20] } },
})
const limited = defineJob({
  name: 'one-at-a-time',
  title: 'One at a time',
  payload: z.object({}),
  delivery: { limits: [{ name: 'course-site', max: 1 }] },
})
const never = defineJob({ name: 'no-worker', title: 'No worker', payload: z.object({}) })
let snoozed = 0

/** The job's payload decides how it ends. */
const outcomes = [
  () => done(),
  () => done({ lifted: 3 }),
  (attempt: number) => (attempt === 1 ? retry(new TypeError('no luck')) : done()),
  () => retry('never any luck'),
  () => cancel('not wanted'),
  () => {
    throw new RecordGoneError('User', 4)
  },
  () => (snoozed++ === 0 ? snooze('3s') : done()),
] as const

before(async () => {
  bed = await makeHistoryBed()
  await bed.run([
    worker(type, async ({ userId }, job) => {
      if (userId === 100) {
        job.note('one line')
        job.progress({ done: 1 })
        await until(async () => (await bed.history.find(job.id))?.state === 'running')
        job.note('another')
        return done()
      }
      return outcomes[userId]?.(job.attempt) ?? done()
    }),
  ])
})
after(() => bed[Symbol.asyncDispose]())

describe('the course of a job', () => {
  test('done at its first attempt: reported by the server alone', async () => {
    const id = await bed.enqueue(type, { userId: 0 }, { actor: '7', batch: 'b1' })
    const job = await bed.job(id, ({ state }) => state === 'done')
    assert.equal(job.type, 'course')
    assert.deepEqual(job.payload, { userId: 0 })
    assert.deepEqual([job.actor, job.batch, job.attempts, job.deliveries], ['7', 'b1', 1, 1])
    assert.ok(job.startedAt && job.endedAt && job.startedAt >= job.queuedAt && job.endedAt >= job.startedAt)
    assert.ok(job.durationMs !== null && job.waitMs !== null)
    assert.equal(job.errorMessage, null)
    assert.deepEqual(await bed.history.attempts(id), [])
  })

  test('done with a result', async () => {
    const id = await bed.enqueue(type, { userId: 1 })
    const job = await bed.job(id, ({ state }) => state === 'done')
    assert.deepEqual(job.result, { lifted: 3 })
    assert.ok(job.host)
  })

  test('retried, then done: keeps the error of the attempt', async () => {
    const id = await bed.enqueue(type, { userId: 2 })
    const job = await bed.job(id, ({ state }) => state === 'done')
    assert.equal(job.attempts, 2)
    const [attempt, ...more] = await bed.history.attempts(id)
    assert.deepEqual(more, [])
    assert.deepEqual(
      [attempt?.attempt, attempt?.errorName, attempt?.errorMessage],
      [1, 'TypeError', 'no luck'],
    )
    assert.ok(attempt?.retryAt && attempt.stack)
  })

  test('discarded after its last attempt, found by the text of its error', async () => {
    const id = await bed.enqueue(type, { userId: 3 })
    const job = await bed.job(id, ({ state }) => state === 'discarded')
    assert.match(job.reason ?? '', /^attempts-exhausted: attempt 2 of 2 failed with Error: never any luck/)
    assert.equal((await bed.history.attempts(id)).length, 2)
    const found = await bed.history.list({ error: 'NEVER any', states: ['discarded'], types: ['course'] })
    assert.deepEqual(
      found.jobs.map((one) => one.id),
      [id],
    )
  })

  test('cancelled, discarded with a code', async () => {
    const cancelled = await bed.enqueue(type, { userId: 4 })
    const discarded = await bed.enqueue(type, { userId: 5 })
    assert.equal(
      (await bed.job(cancelled, ({ state }) => state === 'cancelled')).reason,
      'cancelled: not wanted',
    )
    const job = await bed.job(discarded, ({ state }) => state === 'discarded')
    assert.deepEqual([job.errorCode, job.errorMessage], ['record-gone', 'User #4 does not exist'])
  })

  test('snoozed: one job, two messages, no attempt counted', async () => {
    const id = await bed.enqueue(type, { userId: 6 })
    const job = await bed.job(id, ({ state, scheduledFor }) => state === 'done' && scheduledFor !== null)
    assert.equal(job.attempts, 1)
    assert.equal(await bed.history.count({ jobIds: [id] }), 1)
  })

  test('parked for a limit: waiting, then done', async () => {
    const gate = Promise.withResolvers<void>()
    await bed.run([
      worker(limited, async () => {
        await gate.promise
        return done()
      }),
    ])
    const ids = [await bed.enqueue(limited, {}), await bed.enqueue(limited, {})]
    const [waiting] = await until(async () => {
      const { jobs } = await bed.history.list({ types: [limited.name], states: ['waiting'] })
      return jobs.length === 1 && jobs
    })
    assert.ok(ids.includes(waiting?.id ?? ''))
    await until(async () => {
      const rows = await bed.history.counts()
      return rows.some(
        ({ type: of, state, count }) => of === limited.name && state === 'waiting' && count === 1,
      )
    })
    gate.resolve()
    for (const id of ids) await bed.job(id, ({ state }) => state === 'done')
  })

  test('scheduled, then queued: no worker takes it', async () => {
    const id = await bed.enqueue(never, {}, { delay: '3s' })
    const waiting = await bed.job(id, ({ state }) => state === 'scheduled')
    assert.equal(waiting.subject, 'jobs.no-worker')
    const job = await bed.job(id, ({ state }) => state === 'queued')
    assert.deepEqual(job.scheduledFor, waiting.scheduledFor)
  })

  test('taken out of the schedule before it was due', async () => {
    const id = await bed.enqueue(never, {}, { delay: '1h' })
    await bed.job(id, ({ state }) => state === 'scheduled')
    await bed.jsm.streams.purge('JOBS', { filter: `schedules.no-worker.${id}` })
    const job = await bed.job(id, ({ state }) => state === 'cancelled')
    assert.match(job.reason ?? '', /out of the schedule/)
  })

  test('running, with progress and log lines', async () => {
    const id = await bed.enqueue(type, { userId: 100 })
    const job = await bed.job(id, ({ state }) => state === 'done')
    assert.deepEqual(job.progress, { done: 1 })
    assert.deepEqual(job.lines, ['one line', 'another'])
  })

  test('published without any header, and garbage', async () => {
    const plain = await bed.js.publish('jobs.course', '{"userId":0}')
    assert.equal((await bed.job(`JOBS-${plain.seq}`, ({ state }) => state === 'done')).attempts, 1)
    const bodies = [
      'no json',
      '{"userId":"x"}',
      '"\\u0000"',
      '{"a":1e999999}',
      '{"a":"\\ud800"}',
      'null',
      '[['.repeat(5_000),
    ]
    for (const body of bodies) {
      const { seq } = await bed.js.publish('jobs.course', body)
      const job = await bed.job(`JOBS-${seq}`, ({ state }) => state === 'discarded')
      assert.match(job.reason ?? '', /^payload-invalid: /)
      if (job.payload === null) assert.equal(job.payloadText, body)
      else assert.deepEqual(job.payload, JSON.parse(body))
    }
    const { seq } = await bed.js.publish('jobs.no-such-type.some.key', new Uint8Array([0, 255, 1]))
    const unknown = await bed.job(`JOBS-${seq}`, ({ state }) => state === 'queued')
    assert.deepEqual([unknown.type, unknown.key], ['no-such-type', 'some.key'])
  })

  test('redriven after its discard: the same job again, its old errors kept', async () => {
    const id = await bed.enqueue(type, { userId: 3 })
    const dead = await bed.job(id, ({ state }) => state === 'discarded')
    const again = headers()
    for (const [name, value] of [
      [natsHeader.msgId, `${id}-again`],
      [jobHeader.id, id],
      [jobHeader.attempts, '0'],
    ] as const)
      again.set(name, value)
    await bed.js.publish('jobs.course', '{"userId":0}', { headers: again })
    const job = await bed.job(id, ({ state, sequence }) => state === 'done' && sequence > dead.sequence)
    assert.deepEqual([job.errorMessage, job.reason, job.payload], [null, null, { userId: 0 }])
    assert.equal((await bed.history.attempts(id)).length, 2)
    assert.equal(await bed.history.count({ jobIds: [id] }), 1)
  })

  test('produced by cron: the job is in the history, the schedule is not', async () => {
    const carried = headers()
    carried.set(natsHeader.schedule, '* * * * * *')
    carried.set(natsHeader.scheduleTarget, 'jobs.course')
    await bed.js.publish('schedules.course.cron', '{"userId":0,"cron":true}', { headers: carried })
    const [job] = await until(async () => {
      const { jobs } = await bed.history.list({ payload: { cron: true }, states: ['done'] })
      return jobs.length > 0 && jobs
    })
    assert.equal(job?.id, `JOBS-${job?.sequence}`)
    await bed.jsm.streams.purge('JOBS', { filter: 'schedules.course.cron' })
    assert.equal(await bed.history.count({ states: ['scheduled'], types: ['course'] }), 0)
  })

  test('removed by an operator, with a record of it', async () => {
    const { seq } = await bed.js.publish('jobs.no-worker', '{}')
    const line = {
      jobType: 'no-worker',
      streamSequences: [seq],
      reason: 'cancelled: a mistake',
      by: 'albert',
      at: new Date().toISOString(),
    }
    bed.connection.publish(subjects.removed('no-worker'), JSON.stringify(line))
    const job = await bed.job(`JOBS-${seq}`, ({ state }) => state === 'cancelled')
    assert.equal(job.reason, 'cancelled: a mistake')
  })

  test('gone from the queue without an event', async () => {
    const { seq } = await bed.js.publish('jobs.no-worker', '{}')
    await bed.job(`JOBS-${seq}`, ({ state }) => state === 'queued')
    await bed.jsm.streams.deleteMessage('JOBS', seq)
    const job = await bed.job(`JOBS-${seq}`, ({ state }) => state === 'cancelled')
    assert.match(job.reason ?? '', /before it started/)
  })

  test('the counters agree with the rows', async () => {
    const counted = await until(async () => {
      const counts = await bed.history.counts()
      const rows = await bed.database.query(
        `select type, state, count(*)::integer as count from jobs.history group by type, state order by type, state`,
      )
      return JSON.stringify(rows) === JSON.stringify(counts) && counts
    })
    assert.ok(counted.some(({ type: name, state }) => name === 'course' && state === 'discarded'))
  })

  test('headers without a column of their own are kept for a redrive', async () => {
    const id = await bed.enqueue(type, { userId: 0 }, { notify: 'lifecycles.x.y', traceparent: '00-a-b-01' })
    const job = await bed.job(id, ({ state }) => state === 'done')
    assert.deepEqual(job.headers, { [jobHeader.notify]: 'lifecycles.x.y' })
    assert.equal(job.traceparent, '00-a-b-01')
  })
})
