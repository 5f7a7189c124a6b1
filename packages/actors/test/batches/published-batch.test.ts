import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { batchSummary, defineEvent, job } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { until } from '../../../../test/harness/index.ts'
import { type BatchBed, makeBatchBed, member, notifying, uniqueMember } from './bed.ts'

let bed: BatchBed
before(async () => {
  bed = await makeBatchBed()
})
after(() => bed[Symbol.asyncDispose]())

const finished = defineEvent({
  subject: () => 'events.batch.finished',
  filter: 'events.batch.finished',
  title: 'A batch has finished',
  payload: z.object({ what: z.string(), batch: batchSummary.optional() }),
})

describe('a batch that a publisher enqueues', () => {
  test('reports once how all its jobs have ended', async () => {
    const ends = ['done', 'discard', 'cancel', 'retry', 'done'] as const
    const jobs = ends.map((end, n) => job(member, { n, end }))
    const { id } = await bed.publisher.enqueueMany(jobs, { onComplete: notifying('ends'), chunkSize: 2 })
    const { batch } = await bed.hearOf('ends')
    assert.deepEqual(batch, { id, total: 5, done: 3, discarded: 1, cancelled: 1 })
    assert.ok((await bed.state(id))?.completedAt)
  })

  test('is complete at once when it is empty', async () => {
    const { id } = await bed.publisher.enqueueMany([], { onComplete: notifying('empty') })
    assert.deepEqual((await bed.hearOf('empty')).batch, { id, total: 0, done: 0, discarded: 0, cancelled: 0 })
  })

  test('is not complete before it is sealed; enqueued again it adds what is missing', async () => {
    const id = randomUUID()
    const jobs = [1, 2, 3, 4, 5].map((n) => job(member, { n }))
    async function* interrupted() {
      yield* jobs.slice(0, 3)
      throw new Error('interrupted')
    }
    const options = { id, onComplete: notifying('resumed'), chunkSize: 2 }
    await assert.rejects(bed.publisher.enqueueMany(interrupted(), options), /interrupted/)
    await until(async () => (await bed.state(id))?.done === 2)
    assert.equal((await bed.state(id))?.completedAt, undefined)
    const progress = await bed.publisher.enqueueMany(jobs, options)
    assert.deepEqual({ ...progress }, { id, processed: 5, enqueued: 3, duplicates: 2, alreadyQueued: 0 })
    assert.deepEqual((await bed.hearOf('resumed')).batch, {
      id,
      total: 5,
      done: 5,
      discarded: 0,
      cancelled: 0,
    })
  })

  test('continues where it was', async () => {
    const jobs = [1, 2, 3, 4, 5].map((n) => job(member, { n }))
    const id = randomUUID()
    const options = { id, onComplete: notifying('on'), chunkSize: 2 }
    await assert.rejects(bed.publisher.enqueueMany(jobs, { ...options, startAt: 3 }), RangeError)
    async function* interrupted() {
      yield* jobs.slice(0, 2)
      throw new Error('interrupted')
    }
    await assert.rejects(bed.publisher.enqueueMany(interrupted(), options), /interrupted/)
    await bed.publisher.enqueueMany(jobs, { ...options, startAt: 2 })
    await until(async () => (await bed.state(id))?.total === 5)
  })

  test('leaves out unique jobs that are there already', async () => {
    await bed.publisher.enqueue(uniqueMember, { key: 'taken' })
    const jobs = [job(uniqueMember, { key: 'taken' }), job(member, { n: 1 })]
    const progress = await bed.publisher.enqueueMany(jobs, { onComplete: notifying('unique') })
    assert.equal(progress.alreadyQueued, 1)
    assert.equal((await bed.hearOf('unique')).batch?.total, 1)
  })

  test('emits an event as well', async () => {
    const { id } = await bed.publisher.enqueueMany([job(member, { n: 1 })], {
      onComplete: { event: finished, payload: { what: 'all' } },
    })
    const event = await until(async () =>
      (await bed.jsm.streams.getMessage('EVENTS', { last_by_subj: 'events.batch.finished' }))?.json<{
        batch: object
      }>(),
    )
    assert.deepEqual(event, { what: 'all', batch: { id, total: 1, done: 1, discarded: 0, cancelled: 0 } })
  })
})

test('every callback was heard once', () => {
  const notes = bed.notes()
  assert.deepEqual(notes.toSorted(), [...new Set(notes)].toSorted())
})
