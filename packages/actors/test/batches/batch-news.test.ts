import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { systemClock } from '@danbooru-jobs/actors/program'
import fc from 'fast-check'
import { type TakenNews, takeNews } from '../../src/batches/batch-store.ts'
import { type BatchBed, makeBatchBed, notifying } from './bed.ts'

let bed: BatchBed
before(async () => {
  bed = await makeBatchBed()
})
after(() => bed[Symbol.asyncDispose]())

describe('news of a batch', () => {
  test('in any order, cut anywhere and repeated, make it complete once, at the last one', async () => {
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
          const repeated = [one, ...shuffled.slice(0, index % 3), one]
          const ids = await bed.services.runtime
            .database()
            .transaction((em, outbox) => takeNews(em, outbox, repeated, systemClock.now()))
          if (ids.length > 0) assert.equal(index, shuffled.length - 1)
          completed += ids.length
        }
        assert.equal(completed, 1)
        assert.equal((await bed.state(id))?.total, ends.length)
      }),
      { numRuns: 30 },
    )
  })

  test('of 100,000 jobs, 500 at a time', { timeout: 300_000 }, async () => {
    const id = 'large'
    const take = (news: TakenNews[]) =>
      bed.services.runtime
        .database()
        .transaction((em, outbox) => takeNews(em, outbox, news, systemClock.now()))
    await take([
      { type: 'batch.opened', batch: id },
      { type: 'batch.sealed', batch: id, chunks: 200 },
    ])
    const completed: string[] = []
    for (let chunk = 0; chunk < 200; chunk++) {
      const jobIds = Array.from({ length: 500 }, (_, n) => `${chunk}-${n}`)
      await take([{ type: 'batch.added', batch: id, chunk, jobIds }])
      completed.push(
        ...(await take(jobIds.map((jobId) => ({ type: 'job.ended', batch: id, jobId, state: 'done' })))),
      )
      assert.equal(completed.length, chunk === 199 ? 1 : 0)
    }
    assert.equal((await bed.state(id))?.done, 100_000)
  })

  test('that cannot be read are refused and hold up no other', async () => {
    await bed.js.publish('batches.x', 'not json')
    await bed.js.publish('batches.x', '{"type":"batch.nonsense","batch":"x"}')
    await bed.publisher.enqueueMany([], { onComplete: notifying('after nonsense') })
    await bed.hearOf('after nonsense')
  })
})
