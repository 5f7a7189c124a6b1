import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { openBatch } from '@danbooru-jobs/actors'
import { BatchClosedError } from '@danbooru-jobs/actors/internal'
import { systemClock } from '@danbooru-jobs/actors/program'
import { job } from '@danbooru-jobs/contracts'
import { until } from '../../../../test/harness/index.ts'
import { type BatchBed, makeBatchBed, member, notifying, uniqueMember } from './bed.ts'

let bed: BatchBed
before(async () => {
  bed = await makeBatchBed()
})
after(() => bed[Symbol.asyncDispose]())

describe('a batch that a transaction opens', () => {
  const inTransaction = <Result>(
    work: (batch: (options: object) => ReturnType<typeof openBatch>) => Promise<Result>,
  ) =>
    bed.services.runtime
      .database()
      .transaction((em, outbox) =>
        work((options) => openBatch({ em, outbox, clock: systemClock, newId: randomUUID }, options)),
      )

  test('exists, with its jobs, if the transaction commits, and not otherwise', async () => {
    const lost = inTransaction(async (open) => {
      const batch = await open({ id: 'rolled-back', onComplete: notifying('rolled back') })
      await batch.add([job(member, { n: 1 })])
      throw new Error('no')
    })
    await assert.rejects(lost, /no/)
    assert.equal(await bed.state('rolled-back'), undefined)
    await inTransaction(async (open) => {
      const batch = await open({ id: 'committed', onComplete: notifying('committed') })
      await batch.add([job(member, { n: 1 }), job(member, { n: 2 })])
      await batch.seal()
    })
    assert.equal((await bed.hearOf('committed')).batch?.done, 2)
  })

  test('can be added to until it is complete', async () => {
    const open = (work: (batch: Awaited<ReturnType<typeof openBatch>>) => Promise<unknown>) =>
      inTransaction(async (at) => work(await at({ id: 'growing', onComplete: notifying('growing') })))
    await open((batch) => batch.add([job(member, { n: 1 })]))
    await until(async () => (await bed.state('growing'))?.done === 1)
    await open((batch) => batch.add([job(member, { n: 2 })]))
    await open((batch) => batch.seal())
    assert.equal((await bed.hearOf('growing')).batch?.total, 2)
    await assert.rejects(
      open((batch) => batch.add([job(member, { n: 3 })])),
      BatchClosedError,
    )
  })

  test('is complete at once when it is empty', async () => {
    await inTransaction(async (open) => (await open({ id: 'empty', onComplete: notifying('empty') })).seal())
    assert.equal((await bed.hearOf('empty')).batch?.total, 0)
  })

  test('waits for the batches inside it', async () => {
    await inTransaction(async (open) => {
      const outer = await open({ id: 'outer', onComplete: notifying('outer') })
      const inner = await open({ id: 'inner', onComplete: notifying('inner'), parent: 'outer' })
      await inner.add([job(member, { n: 1 }), job(member, { n: 2, end: 'discard' })])
      await outer.add([job(member, { n: 3 })])
      await outer.seal()
    })
    await until(async () => (await bed.state('outer'))?.done === 1)
    assert.equal((await bed.state('outer'))?.completedAt, undefined)
    await inTransaction(async (open) => (await open({ id: 'inner' })).seal())
    const { batch } = await bed.hearOf('outer')
    assert.deepEqual(batch, { id: 'outer', total: 2, done: 1, discarded: 1, cancelled: 0 })
    assert.deepEqual((await bed.hearOf('inner')).batch, {
      id: 'inner',
      total: 2,
      done: 1,
      discarded: 1,
      cancelled: 0,
    })
  })

  test('counts a unique job that is there already as cancelled', async () => {
    await bed.publisher.enqueue(uniqueMember, { key: 'in-the-way' })
    await inTransaction(async (open) => {
      const batch = await open({ id: 'in-the-way', onComplete: notifying('in the way') })
      await batch.add([job(uniqueMember, { key: 'in-the-way' })])
      await batch.seal()
    })
    assert.equal((await bed.hearOf('in the way')).batch?.cancelled, 1)
  })
})

test('every callback was heard once', () => {
  const notes = bed.notes()
  assert.deepEqual(notes.toSorted(), [...new Set(notes)].toSorted())
})
