import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancel, discard, done, retry, worker } from '@danbooru-jobs/actors'
import { batchSummary, defineJob, job as request } from '@danbooru-jobs/contracts'
import { runtimeOptions } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import type { StartBackend } from './backend.ts'
import { ownType, quick } from './job-types.ts'
import { keeper } from './services.ts'

const needs = { needs: 'batches' } as const
let count = 0

/** The job type of the callbacks: it records how batches have ended. */
function listener() {
  count += 1
  const type = defineJob({
    name: `batch-end-${process.pid}-${count}`,
    title: 'Hears of a batch',
    payload: z.object({ batch: batchSummary.optional() }),
  })
  const heard: z.output<typeof batchSummary>[] = []
  const definition = worker(type, async ({ batch }) => {
    if (batch) heard.push(batch)
    return done()
  })
  return { heard, definition, onComplete: { job: request(type, {}) } }
}

export function batchCases(start: StartBackend): void {
  test('a batch reports once, when all have ended, what became of its jobs', async () => {
    const type = ownType({ attempts: 2, backOff: quick })
    const { heard, definition, onComplete } = listener()
    const handle = worker(type, async ({ word }, { attempt }) => {
      if (word === 'discard') return discard('no')
      if (word === 'cancel') return cancel('no')
      return word === 'retry' && attempt === 1 ? retry('later') : done()
    })
    await using jobs = await start([keeper, definition, handle], needs)
    const words = ['done', 'discard', 'cancel', 'retry', 'done']
    const members = words.map((word, n) => request(type, { n, word }))
    const { id } = await jobs.publisher.enqueueMany(members, { onComplete, chunkSize: 2 })
    const other = await jobs.publisher.enqueueMany([], { onComplete })
    await jobs.until(() => heard.length === 2)
    const byId = new Map(heard.map((one) => [one.id, one]))
    assert.deepEqual(byId.get(id), { id, total: 5, done: 3, discarded: 1, cancelled: 1 })
    assert.equal(byId.get(other.id)?.total, 0)
  })

  test('a batch is not complete before its last job has ended, also across a crash', async () => {
    const type = ownType()
    const { heard, definition, onComplete } = listener()
    const attempts: number[] = []
    const handle = worker(type, async ({ n }, job) => {
      if (n === 1) return done()
      attempts.push(job.attempt)
      if (job.attempt > 1) return done()
      await new Promise((_resolve, reject) => {
        job.signal.addEventListener('abort', () => reject(job.signal.reason))
      })
    })
    await using jobs = await start([keeper, definition, handle], needs)
    const members = [1, 2].map((n) => request(type, { n }))
    const { id } = await jobs.publisher.enqueueMany(members, { onComplete })
    await jobs.until(() => attempts.length === 1)
    assert.deepEqual(heard, [])
    await jobs.crash()
    await jobs.until(() => heard.length === 1)
    assert.deepEqual(heard, [{ id, total: 2, done: 2, discarded: 0, cancelled: 0 }])
    assert.deepEqual(attempts, [1, 2])
  })

  test('jobs that are purged, or deleted, have ended for their batch', async () => {
    const type = ownType()
    const { heard, definition, onComplete } = listener()
    await using jobs = await start([keeper, definition, worker(type, async () => done())], needs)
    await jobs.queues.pause(type.name)
    const later = { delay: '1h' } as const
    const members = [request(type, { n: 1 }), request(type, { n: 2 }), request(type, { n: 3 }, later)]
    const { id } = await jobs.publisher.enqueueMany(members, { onComplete })
    const lone = await jobs.publisher.enqueue(
      type,
      { n: 4 },
      runtimeOptions({ notify: 'lifecycles.parent.k' }),
    )
    assert.equal(lone.status, 'accepted')
    const { sequence: streamSequence, id: loneId } = lone as { sequence: number; id: string }
    assert.equal(await jobs.control.remove({ id: loneId, type: type.name, streamSequence }, 'tester'), true)
    assert.equal(await jobs.queues.purge(type.name, 'tester'), 3)
    await jobs.until(() => heard.length === 1)
    assert.deepEqual(heard, [{ id, total: 3, done: 0, discarded: 0, cancelled: 3 }])
    assert.equal(await jobs.stored(type), 0)
  })
}
