import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  BatchClosed,
  BatchKeeper,
  batchConsumer,
  batchState,
  cancel,
  daemon,
  discard,
  done,
  OutboxRelay,
  openBatch,
  type RunningServices,
  retry,
  systemClock,
  worker,
} from '@danbooru-jobs/actors'
import {
  batchSummary,
  createPublisher,
  defineEvent,
  defineJob,
  job,
  type Publisher,
} from '@danbooru-jobs/contracts'
import fc from 'fast-check'
import { z } from 'zod'
import { until } from '../../../../test/harness/index.ts'
import { type TakenNews, takeNews } from '../../src/batches/batch-store.ts'
import { type Bed, makeBed } from '../harness.ts'

const member = defineJob({
  name: 'member',
  title: 'One of many',
  payload: z.object({ n: z.number(), end: z.enum(['done', 'discard', 'cancel', 'retry']).default('done') }),
  delivery: { attempts: 2, backOff: { kind: 'list', delays: [5] } },
})

const uniqueMember = defineJob({
  name: 'unique-member',
  title: 'One of a kind',
  payload: z.object({ key: z.string() }),
  delivery: { unique: { mode: 'while-queued-or-running', key: ({ key }) => key } },
})

const callback = defineJob({
  name: 'callback',
  title: 'Hears that all have ended',
  payload: z.object({ note: z.string(), batch: batchSummary.optional() }),
})

const finished = defineEvent({
  subject: () => 'events.batch.finished',
  filter: 'events.batch.finished',
  title: 'A batch has finished',
  payload: z.object({ what: z.string(), batch: batchSummary.optional() }),
})

const keeper = daemon({
  name: 'batches',
  title: 'Batches',
  consumers: [{ stream: 'LIFECYCLES', consumer: batchConsumer }],
  usesDatabase: true,
  start: (runtime) => new BatchKeeper(runtime).start(),
})
const relay = daemon({
  name: 'outbox-relay',
  title: 'Outbox',
  usesDatabase: true,
  start: (runtime) => new OutboxRelay(runtime).start(),
})

let bed: Bed
let publisher: Publisher
let services: RunningServices
const heard: z.output<typeof callback.payload>[] = []
const ran: number[] = []

before(async () => {
  bed = await makeBed()
  services = await bed.run(
    [
      keeper,
      relay,
      worker(member, async ({ n, end }, { attempt }) => {
        ran.push(n)
        if (end === 'discard') return discard('no')
        if (end === 'cancel') return cancel('no')
        return end === 'retry' && attempt === 1 ? retry('later') : done()
      }),
      worker(callback, async (payload) => {
        heard.push(payload)
        return done()
      }),
    ],
    { maxThreads: 20 },
  )
  publisher = createPublisher(bed.connection)
})
after(() => bed[Symbol.asyncDispose]())

const hearOf = (note: string) =>
  until(() => heard.find((one) => one.note === note), { what: `the callback ${note}`, timeout: 60_000 })
const state = (id: string) => batchState(services.runtime.database().read(), id)
const tell = (note: string) => ({ job: job(callback, { note }) })

describe('a batch that a publisher enqueues', () => {
  test('says once how all its jobs have ended', async () => {
    const ends = ['done', 'discard', 'cancel', 'retry', 'done'] as const
    const jobs = ends.map((end, n) => job(member, { n, end }))
    const { id } = await publisher.enqueueBatch(jobs, { onComplete: tell('ends'), chunkSize: 2 })
    const { batch } = await hearOf('ends')
    assert.deepEqual(batch, { id, total: 5, done: 3, discarded: 1, cancelled: 1 })
    assert.ok((await state(id))?.completedAt)
  })

  test('is complete at once when it is empty', async () => {
    const { id } = await publisher.enqueueBatch([], { onComplete: tell('empty') })
    assert.deepEqual((await hearOf('empty')).batch, { id, total: 0, done: 0, discarded: 0, cancelled: 0 })
  })

  test('is not complete before it is sealed; enqueued again it adds what is missing', async () => {
    const id = randomUUID()
    const jobs = [1, 2, 3, 4, 5].map((n) => job(member, { n }))
    async function* interrupted() {
      yield* jobs.slice(0, 3)
      throw new Error('interrupted')
    }
    const options = { id, onComplete: tell('resumed'), chunkSize: 2 }
    await assert.rejects(publisher.enqueueBatch(interrupted(), options), /interrupted/)
    await until(async () => (await state(id))?.done === 2)
    assert.equal((await state(id))?.completedAt, undefined)
    const progress = await publisher.enqueueBatch(jobs, options)
    assert.deepEqual({ ...progress }, { id, done: 5, enqueued: 3, duplicates: 2, alreadyQueued: 0 })
    assert.deepEqual((await hearOf('resumed')).batch, { id, total: 5, done: 5, discarded: 0, cancelled: 0 })
  })

  test('goes on where it was', async () => {
    const jobs = [1, 2, 3, 4, 5].map((n) => job(member, { n }))
    const id = randomUUID()
    await assert.rejects(publisher.enqueueBatch(jobs, { id, startAt: 3, chunkSize: 2 }), RangeError)
    async function* interrupted() {
      yield* jobs.slice(0, 2)
      throw new Error('interrupted')
    }
    await assert.rejects(publisher.enqueueBatch(interrupted(), { id, chunkSize: 2 }), /interrupted/)
    await publisher.enqueueBatch(jobs, { id, startAt: 2, chunkSize: 2 })
    await until(async () => (await state(id))?.total === 5)
  })

  test('leaves out unique jobs that are there already', async () => {
    await publisher.enqueue(uniqueMember, { key: 'taken' })
    const jobs = [job(uniqueMember, { key: 'taken' }), job(member, { n: 1 })]
    const progress = await publisher.enqueueBatch(jobs, { onComplete: tell('unique') })
    assert.equal(progress.alreadyQueued, 1)
    assert.equal((await hearOf('unique')).batch?.total, 1)
  })

  test('tells an event just as well', async () => {
    const { id } = await publisher.enqueueBatch([job(member, { n: 1 })], {
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

describe('a batch that a transaction opens', () => {
  const inTransaction = <Result>(
    work: (batch: (options: object) => ReturnType<typeof openBatch>) => Promise<Result>,
  ) =>
    services.runtime
      .database()
      .transaction((em, outbox) =>
        work((options) => openBatch({ em, outbox, clock: systemClock, newId: randomUUID }, options)),
      )

  test('exists, with its jobs, if the transaction commits, and not otherwise', async () => {
    const lost = inTransaction(async (open) => {
      const batch = await open({ id: 'rolled-back', onComplete: tell('rolled back') })
      await batch.add([job(member, { n: 1 })])
      throw new Error('no')
    })
    await assert.rejects(lost, /no/)
    assert.equal(await state('rolled-back'), undefined)
    await inTransaction(async (open) => {
      const batch = await open({ id: 'committed', onComplete: tell('committed') })
      await batch.add([job(member, { n: 1 }), job(member, { n: 2 })])
      await batch.seal()
    })
    assert.equal((await hearOf('committed')).batch?.done, 2)
  })

  test('can be added to until it is complete', async () => {
    const open = (work: (batch: Awaited<ReturnType<typeof openBatch>>) => Promise<unknown>) =>
      inTransaction(async (at) => work(await at({ id: 'growing', onComplete: tell('growing') })))
    await open((batch) => batch.add([job(member, { n: 1 })]))
    await until(async () => (await state('growing'))?.done === 1)
    await open((batch) => batch.add([job(member, { n: 2 })]))
    await open((batch) => batch.seal())
    assert.equal((await hearOf('growing')).batch?.total, 2)
    await assert.rejects(
      open((batch) => batch.add([job(member, { n: 3 })])),
      BatchClosed,
    )
  })

  test('is complete at once when it is empty', async () => {
    await inTransaction(async (open) => (await open({ id: 'nobody', onComplete: tell('nobody') })).seal())
    assert.equal((await hearOf('nobody')).batch?.total, 0)
  })

  test('waits for the batches inside it', async () => {
    await inTransaction(async (open) => {
      const outer = await open({ id: 'outer', onComplete: tell('outer') })
      const inner = await open({ id: 'inner', onComplete: tell('inner'), parent: 'outer' })
      await inner.add([job(member, { n: 1 }), job(member, { n: 2, end: 'discard' })])
      await outer.add([job(member, { n: 3 })])
      await outer.seal()
    })
    await until(async () => (await state('outer'))?.done === 1)
    assert.equal((await state('outer'))?.completedAt, undefined)
    await inTransaction(async (open) => (await open({ id: 'inner' })).seal())
    const { batch } = await hearOf('outer')
    assert.deepEqual(batch, { id: 'outer', total: 2, done: 1, discarded: 1, cancelled: 0 })
    assert.deepEqual((await hearOf('inner')).batch, {
      id: 'inner',
      total: 2,
      done: 1,
      discarded: 1,
      cancelled: 0,
    })
  })

  test('counts a unique job that is there already as cancelled', async () => {
    await publisher.enqueue(uniqueMember, { key: 'in-the-way' })
    await inTransaction(async (open) => {
      const batch = await open({ id: 'in-the-way', onComplete: tell('in the way') })
      await batch.add([job(uniqueMember, { key: 'in-the-way' })])
      await batch.seal()
    })
    assert.equal((await hearOf('in the way')).batch?.cancelled, 1)
  })
})

describe('news of a batch', () => {
  test('in any order, cut anywhere and told twice, make it complete once, at the last one', async () => {
    let round = 0
    const scenario = fc.record({
      ends: fc.array(fc.constantFrom('done', 'discarded', 'cancelled'), { maxLength: 8 }),
      order: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(scenario, async ({ ends, order }) => {
        const id = `news-${++round}`
        const jobIds = ends.map((_, n) => `${id}-${n}`)
        const news: TakenNews[] = [
          { type: 'batch.opened', batch: id },
          { type: 'batch.added', batch: id, chunk: 0, jobIds: jobIds.slice(0, 4) },
          { type: 'batch.added', batch: id, chunk: 1, jobIds: jobIds.slice(4) },
          { type: 'batch.sealed', batch: id, chunks: 2 },
          ...ends.map(
            (end, n) => ({ type: 'job.ended', batch: id, jobId: jobIds[n] ?? '', state: end }) as TakenNews,
          ),
        ]
        const shuffled = news
          .map((one, index) => ({ one, rank: order[index] ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ one }) => one)
        let completed = 0
        for (const [index, one] of shuffled.entries()) {
          const told = [one, ...shuffled.slice(0, index % 3), one]
          const ids = await services.runtime
            .database()
            .transaction((em, outbox) => takeNews(em, outbox, told, systemClock.now()))
          if (ids.length > 0) assert.equal(index, shuffled.length - 1)
          completed += ids.length
        }
        assert.equal(completed, 1)
        assert.equal((await state(id))?.total, ends.length)
      }),
      { numRuns: 30 },
    )
  })

  test('that cannot be read are refused and hold up nobody', async () => {
    await bed.js.publish('batches.x', 'not json')
    await bed.js.publish('batches.x', '{"type":"batch.nonsense","batch":"x"}')
    await publisher.enqueueBatch([], { onComplete: tell('after nonsense') })
    await hearOf('after nonsense')
  })
})

test('every callback was heard once', () => {
  const notes = heard.map(({ note }) => note)
  assert.deepEqual(notes.toSorted(), [...new Set(notes)].toSorted())
})
