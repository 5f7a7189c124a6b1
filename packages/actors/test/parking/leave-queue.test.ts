import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { done, retry, snooze, worker } from '@danbooru-jobs/actors'
import { type DeliveryOptions, defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'
import { until } from '../../../../test/harness/index.ts'
import { type Bed, makeBed } from '../harness.ts'
import { CuttingLine } from './cutting-line.ts'

let bed: Bed
before(async () => {
  bed = await makeBed()
})
after(() => bed[Symbol.asyncDispose]())

const payload = z.object({ n: z.number() })
type Payload = z.output<typeof payload>

function define(name: string, delivery: DeliveryOptions<Payload>) {
  return defineJob({ name, title: name, payload, delivery })
}
type Type = ReturnType<typeof define>

/** Runs jobs over a line that breaks when the worker acknowledges one of them for the first time. */
async function runCut(type: Type, count: number, handle: Parameters<typeof worker<Type>>[1]) {
  const line = await CuttingLine.to(bed.nats.port)
  const services = await bed.run([worker(type, handle)], { natsUrl: line.url, ackWait: 20_000 })
  line.cutWhen((said) => said.includes(`$JS.ACK.JOBS.${type.name}.`) && said.includes('+ACK'))
  for (let n = 1; n <= count; n++) await bed.enqueue(type, { n })
  return {
    async ended() {
      await until(() => line.cuts === 1, { what: 'the line to break' })
      await until(async () => (await left(type.name)) === 0, {
        what: 'the queue to be empty',
        timeout: 60_000,
      })
      await services.stop()
      await line[Symbol.asyncDispose]()
    },
  }
}

async function left(type: string): Promise<number> {
  const { state } = await bed.jsm.streams.info('JOBS', { subjects_filter: '>' })
  return Object.keys(state.subjects ?? {}).filter((subject) => subject.split('.')[1] === type).length
}

describe('a connection that breaks between the hand-over of a job and its acknowledgment', {
  concurrency: 4,
}, () => {
  test('the jobs of an ordered key continue in order: each runs once', async () => {
    const seen: number[] = []
    const cut = await runCut(define('cut-ordered', { ordered: () => 'k' }), 3, async ({ n }) => {
      seen.push(n)
      return done()
    })
    await cut.ended()
    assert.deepEqual(seen, [1, 2, 3])
  })

  test('a job that has moved from its key runs once', async () => {
    const unique = { mode: 'while-queued', key: () => 'k' } as const
    const seen: number[] = []
    const cut = await runCut(define('cut-moved', { unique }), 1, async ({ n }) => {
      seen.push(n)
      return done()
    })
    await cut.ended()
    assert.deepEqual(seen, [1])
  })

  test('a job that snoozed comes back once', async () => {
    const seen: number[] = []
    const cut = await runCut(define('cut-snoozed', { attempts: 5 }), 1, async (_, { attempt }) => {
      seen.push(attempt)
      return seen.length === 1 ? snooze('100ms') : done()
    })
    await cut.ended()
    assert.deepEqual(seen, [1, 1])
  })

  test('a job that ends at a later attempt does not run again', async () => {
    const seen: number[] = []
    const delivery = { attempts: 5, backOff: { kind: 'list', delays: ['50ms'] } } as const
    const cut = await runCut(define('cut-retried', delivery), 1, async (_, { attempt }) => {
      seen.push(attempt)
      return attempt === 1 ? retry('once') : done()
    })
    await cut.ended()
    assert.deepEqual(seen, [1, 2])
  })
})

test('a job whose worker dies between parking and acknowledging it runs once', async () => {
  const limits = [{ name: 'cut-parked', max: 1 }]
  const [type, holder] = [define('cut-parked', { limits }), define('cut-holder', { limits })]
  const [holds, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const hold = async () => {
    holds.resolve()
    await released.promise
    return done()
  }
  const holding = await bed.run([worker(holder, hold)])
  await bed.enqueue(holder, { n: 0 })
  await holds.promise
  const seen: number[] = []
  const parked = worker(type, async (_, { attempt }) => void seen.push(attempt))

  const line = await CuttingLine.to(bed.nats.port)
  const dying = await bed.run([parked], { natsUrl: line.url, ackWait: 1_000, shutdownGrace: 0 })
  line.cutWhen((said) => said.includes('$JS.ACK.JOBS.cut-parked.') && said.includes('+ACK'))
  await bed.enqueue(type, { n: 1 })
  await until(() => line.cuts === 1, { what: 'the line to break' })
  await dying.runtime.nats.close()
  await line[Symbol.asyncDispose]()
  await dying.stop().catch(() => undefined)

  released.resolve()
  const services = await bed.run([parked], { ackWait: 1_000 })
  await until(async () => (await left('cut-parked')) === 0, { what: 'the queue to be empty' })
  await services.stop()
  await holding.stop()
  assert.deepEqual(seen, [1])
})
