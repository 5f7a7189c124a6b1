import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { done, retry, worker } from '@danbooru-jobs/actors'
import { JobControl, QueueControl, readQueuesOf } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { defineJob, type JobType } from '@danbooru-jobs/contracts'
import { jobHeader, jobsRemoved } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import { until } from '../../../test/harness/index.ts'
import { type Bed, makeBed } from './harness.ts'

let bed: Bed
let jobs: JobControl
let queues: QueueControl
before(async () => {
  bed = await makeBed()
  jobs = new JobControl(bed.connection, bed.js, bed.jsm, systemClock)
  queues = new QueueControl(bed.connection, bed.jsm, systemClock)
})
after(() => bed[Symbol.asyncDispose]())

/** A job type whose handler runs until its gate opens or its signal is aborted. */
function gated(name: string, backOff: `${number}s` = '1s') {
  const type = defineJob({
    name,
    title: name,
    payload: z.object({ n: z.number() }),
    delivery: { backOff: { kind: 'list', delays: [backOff] } },
  })
  const gate = Promise.withResolvers<void>()
  const started: number[] = []
  const definition = worker(
    type,
    async ({ n }, job) => {
      started.push(n)
      const aborted = new Promise<never>((_resolve, reject) => {
        job.signal.addEventListener('abort', () => reject(job.signal.reason))
      })
      await Promise.race([gate.promise, aborted])
      return done()
    },
    { concurrency: 1 },
  )
  return { type, definition, gate, started }
}

async function reference(type: JobType, id: string) {
  const filters = [`jobs.${type.name}`, `schedules.${type.name}.>`]
  return until(async () => {
    for (const filter of filters) {
      const batch = await bed.jsm.direct
        .getBatch('JOBS', { next_by_subj: filter, seq: 1, batch: 100 })
        .catch(() => undefined)
      if (!batch) continue
      try {
        for await (const message of batch) {
          if (message.header.get(jobHeader.id) === id)
            return { id, type: type.name, streamSequence: message.seq }
        }
      } catch {
        // An empty subject answers with an error.
      }
    }
    return undefined
  })
}

const overview = async (type: JobType) => {
  const sources = { nats: bed.connection, jsm: bed.jsm, clock: systemClock }
  return (await readQueuesOf(sources, [type.name]))[0]
}

const left = async (type: JobType) =>
  Object.keys(
    (await bed.jsm.streams.info('JOBS', { subjects_filter: `*.${type.name}.>` })).state.subjects ?? {},
  ).length +
  Object.values(
    (await bed.jsm.streams.info('JOBS', { subjects_filter: `jobs.${type.name}` })).state.subjects ?? {},
  ).reduce((a, b) => a + b, 0)

const terminated = (type: string) =>
  until(async () => {
    const last = await bed.jsm.streams.getMessage('JOB_LOG', {
      last_by_subj: `$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.JOBS.${type}`,
    })
    return last?.json<{ reason: string }>().reason
  })

describe('cancelling', () => {
  test('stops a running job, with who and why', async () => {
    const { type, definition, started } = gated('cancel-running')
    await bed.run([definition])
    const id = await bed.enqueue(type, { n: 1 })
    await until(() => started.length === 1)
    const cancelled = await jobs.cancel(await reference(type, id), 'user 1', 'not wanted')
    assert.equal(cancelled.kind, 'aborting')
    assert.equal(await terminated('cancel-running'), 'cancelled: not wanted (by user 1)')
    assert.equal(await left(type), 0)
  })

  test('takes a queued and a delayed job off the queue and reports it in the log', async () => {
    const { type, definition, started } = gated('cancel-queued')
    await bed.run([definition])
    await queues.pause(type.name)
    const queued = await bed.enqueue(type, { n: 1 })
    const delayed = await bed.enqueue(type, { n: 2 }, { delay: '1h' })
    assert.equal((await jobs.cancel(await reference(type, queued), 'me')).kind, 'removed')
    assert.equal((await jobs.cancel(await reference(type, delayed), 'me')).kind, 'removed')
    assert.equal(await left(type), 0)
    const line = await until(() =>
      bed.jsm.streams.getMessage('JOB_LOG', { last_by_subj: 'job-log.removed.cancel-queued' }),
    )
    assert.equal(jobsRemoved.parse(line.json()).reason, 'cancelled: cancelled by an operator (by me)')
    await queues.resume(type.name)
    assert.deepEqual(started, [])
  })

  test('takes a job off that waits for its retry', async () => {
    const type = defineJob({
      name: 'cancel-waiting',
      title: 'x',
      payload: z.object({}),
      delivery: { backOff: { kind: 'list', delays: ['1h'] } },
    })
    let attempts = 0
    await bed.run([
      worker(type, async () => {
        attempts++
        return retry('later')
      }),
    ])
    const id = await bed.enqueue(type, {})
    await until(() => attempts === 1)
    assert.equal((await jobs.cancel(await reference(type, id), 'me')).kind, 'removed')
    assert.equal(await left(type), 0)
  })

  test('a job that has ended is not found', async () => {
    const { type, definition, gate, started } = gated('cancel-ended')
    gate.resolve()
    await bed.run([definition])
    const id = await bed.enqueue(type, { n: 1 })
    await until(async () => started.length === 1 && (await left(type)) === 0)
    assert.equal((await jobs.cancel({ id, type: type.name, streamSequence: 1 }, 'me')).kind, 'not-found')
  })

  test('notifies the subject of a job that was cancelled before it started', async () => {
    const { type, definition } = gated('cancel-child')
    await bed.run([definition])
    await queues.pause(type.name)
    const id = await bed.enqueue(type, { n: 1 }, { notify: 'lifecycles.parent.7' })
    await jobs.cancel(await reference(type, id), 'me')
    const notice = await until(() =>
      bed.jsm.streams.getMessage('LIFECYCLES', { last_by_subj: 'lifecycles.parent.7' }),
    )
    assert.deepEqual(notice.json(), {
      type: 'job.discarded',
      jobId: id,
      jobType: 'cancel-child',
      attempt: 0,
      reason: 'cancelled: cancelled by an operator',
    })
  })
})

describe('running a job now', () => {
  test('a delayed job starts at once, once, under its own id', async () => {
    const { type, definition, gate, started } = gated('now-delayed')
    gate.resolve()
    await bed.run([definition])
    const id = await bed.enqueue(type, { n: 5 }, { delay: '1h' })
    const result = await jobs.runNow(await reference(type, id), 0)
    assert.equal(result.kind, 'started')
    await until(async () => started.length === 1 && (await left(type)) === 0)
    assert.deepEqual(started, [5])
  })

  test('a job that waits for its retry keeps the attempts it has used', async () => {
    const type = defineJob({
      name: 'now-waiting',
      title: 'x',
      payload: z.object({}),
      delivery: { backOff: { kind: 'list', delays: ['1h'] } },
    })
    const attempts: number[] = []
    await bed.run([
      worker(type, async (_, job) => {
        attempts.push(job.attempt)
        return job.attempt === 1 ? retry('later') : done()
      }),
    ])
    const id = await bed.enqueue(type, {})
    await until(() => attempts.length === 1)
    const ref = await reference(type, id)
    await until(async () => (await jobs.running(type.name)).length === 0)
    await jobs.runNow(ref, 1)
    await until(() => attempts.length === 2)
    assert.deepEqual(attempts, [1, 2])
    await until(async () => (await left(type)) === 0)
  })
})

describe('a queue', () => {
  test('is paused for every worker, across a restart of the server, and resumed', async () => {
    const { type, definition, gate, started } = gated('pausing')
    gate.resolve()
    await bed.run([definition])
    await queues.pause(type.name)
    await bed.enqueue(type, { n: 1 })
    await bed.nats.kill9()
    await bed.nats.restart()
    const paused = await until(() => overview(type))
    assert.deepEqual([paused.isPaused, paused.jobs.queued], [true, 1])
    assert.deepEqual(started, [])
    await queues.resume(type.name)
    await until(() => started.length === 1)
  })

  test('is purged of everything that has not started', async () => {
    const { type, definition, gate, started } = gated('purging')
    await bed.run([definition])
    await bed.enqueue(type, { n: 0 })
    await until(() => started.length === 1)
    for (let n = 1; n <= 20; n++) await bed.enqueue(type, { n })
    for (let n = 1; n <= 5; n++) await bed.enqueue(type, { n }, { delay: '1h' })
    assert.equal(await queues.purge(type.name, 'me'), 25)
    assert.equal(await left(type), 1)
    gate.resolve()
    await until(async () => (await left(type)) === 0)
    assert.deepEqual(started, [0])
  })

  test('notifies the subjects of jobs that were purged, many at once and beside one that runs', async () => {
    const { type, definition, gate, started } = gated('purging-children')
    await bed.run([definition])
    await bed.enqueue(type, { n: 0 })
    await until(() => started.length === 1)
    const batch = { batch: 'purged-batch' }
    const ids: string[] = []
    for (let n = 1; n <= 3; n++) ids.push(await bed.enqueue(type, { n }, batch))
    for (let n = 4; n <= 6; n++) ids.push(await bed.enqueue(type, { n }, { ...batch, delay: '1h' }))
    const child = await bed.enqueue(type, { n: 7 }, { notify: 'lifecycles.parent.purge' })
    assert.equal(await queues.purge(type.name, 'me'), 7)
    assert.deepEqual(
      (await newsOf('batches.purged-batch')).sort((a, b) => a.jobId.localeCompare(b.jobId)),
      ids
        .sort((a, b) => a.localeCompare(b))
        .map((jobId) => ({ type: 'job.ended', batch: 'purged-batch', jobId, state: 'cancelled' })),
    )
    const notice = await bed.jsm.streams.getMessage('LIFECYCLES', { last_by_subj: 'lifecycles.parent.purge' })
    assert.deepEqual(notice?.json(), {
      type: 'job.discarded',
      jobId: child,
      jobType: 'purging-children',
      attempt: 0,
      reason: 'cancelled: purged by me',
    })
    gate.resolve()
    await until(async () => (await left(type)) === 0)
    assert.deepEqual(started, [0])
  })

  test('is purged of more than a page of jobs, with large ones among them', async () => {
    const type = defineJob({
      name: 'purging-pages',
      title: 'x',
      payload: z.object({ text: z.string() }),
    })
    await bed.run([worker(type, async () => done())])
    await queues.pause(type.name)
    const large = 'x'.repeat(500_000)
    for (let n = 0; n < 40; n++) await bed.enqueue(type, { text: large }, { batch: 'pages' })
    await Promise.all(Array.from({ length: 600 }, () => bed.enqueue(type, { text: '' }, { batch: 'pages' })))
    assert.equal(await queues.purge(type.name, 'me'), 640)
    assert.equal(await left(type), 0)
    assert.equal((await newsOf('batches.pages')).length, 640)
    assert.equal((await overview(type))?.isPaused, true)
  })

  test('is drained: paused, and nothing of it runs', async () => {
    const { type, definition, gate, started } = gated('draining')
    await bed.run([definition])
    await bed.enqueue(type, { n: 1 })
    await until(() => started.length === 1)
    const pauses = { count: 0 }
    await queues.drain(type.name, AbortSignal.timeout(30_000), async () => {
      pauses.count++
      gate.resolve()
    })
    assert.deepEqual(await jobs.running(type.name), [])
    assert.equal((await overview(type))?.isPaused, true)
  })
})

describe('deleting', () => {
  test('notifies the subject of the job, once', async () => {
    const { type, definition } = gated('delete-child')
    await bed.run([definition])
    await queues.pause(type.name)
    const id = await bed.enqueue(type, { n: 1 }, { notify: 'lifecycles.parent.delete', batch: 'deleted' })
    const job = await reference(type, id)
    assert.equal(await jobs.remove(job, 'me'), true)
    assert.equal(await jobs.remove(job, 'me'), false)
    assert.equal(await left(type), 0)
    const notice = await bed.jsm.streams.getMessage('LIFECYCLES', {
      last_by_subj: 'lifecycles.parent.delete',
    })
    assert.equal(notice?.json<{ reason: string }>().reason, 'cancelled: deleted by me')
    assert.deepEqual(await newsOf('batches.deleted'), [
      { type: 'job.ended', batch: 'deleted', jobId: id, state: 'cancelled' },
    ])
  })
})

async function newsOf(subject: string): Promise<{ jobId: string }[]> {
  const news: { jobId: string }[] = []
  const filter = { next_by_subj: subject, seq: 1, batch: 1_000 }
  for await (const message of await bed.jsm.direct.getBatch('LIFECYCLES', filter)) news.push(message.json())
  return news
}
