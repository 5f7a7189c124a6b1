import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { errors, type NatsConnection } from '@nats-io/transport-node'
import { z } from 'zod'
import { createPublisher, defineJob, job } from '../src/index.ts'
import { streamName } from '../src/wire.ts'
import { startNats, type TestNats } from './nats.ts'

let nats: TestNats
before(async () => {
  nats = await startNats()
})
after(() => nats.stop())

const plain = defineJob({ name: 'plain', title: 'Plain', payload: z.object({ n: z.int() }) })
const inOrder = defineJob({
  name: 'in-order',
  title: 'In order',
  payload: z.object({ n: z.int(), key: z.string() }),
  delivery: { ordered: ({ key }) => key },
})

/** The connection, on which the first publish of a subject fails as if the stream had no leader at that moment. */
function failingOnce(connection: NatsConnection, subject: string): NatsConnection {
  let hasFailed = false
  const publish: NatsConnection['publish'] = (to, ...rest) => {
    if (to === subject && !hasFailed) {
      hasFailed = true
      throw new errors.NoRespondersError(to)
    }
    connection.publish(to, ...rest)
  }
  return new Proxy(connection, {
    get(target, name) {
      if (name === 'publish') return publish
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

async function bodies(subject: string): Promise<readonly unknown[]> {
  const { state } = await nats.manager.streams.info(streamName.jobs)
  const found: unknown[] = []
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await nats.manager.streams.getMessage(streamName.jobs, { seq })
    if (message?.subject === subject) found.push(message.json<{ n: number }>().n)
  }
  return found
}

describe('a chunk of jobs', () => {
  test('publishes again what found no leader', async () => {
    const publisher = createPublisher(failingOnce(nats.connection, 'jobs.plain'))
    const jobs = [1, 2, 3].map((n) => job(plain, { n }))
    const { enqueued, duplicates } = await publisher.enqueueMany(jobs)
    assert.deepEqual([enqueued, duplicates], [3, 0])
    assert.deepEqual(await bodies('jobs.plain'), [2, 3, 1])
  })

  test('keeps the order of an ordered key then too', async () => {
    const publisher = createPublisher(failingOnce(nats.connection, 'jobs.in-order.a'))
    const jobs = [1, 2, 3].flatMap((n) => [job(inOrder, { n, key: 'a' }), job(inOrder, { n, key: 'b' })])
    assert.equal((await publisher.enqueueMany(jobs)).enqueued, 6)
    assert.deepEqual(await bodies('jobs.in-order.a'), [1, 2, 3])
    assert.deepEqual(await bodies('jobs.in-order.b'), [1, 2, 3])
  })

  test('counts each job for itself', async () => {
    const publisher = createPublisher(nats.connection)
    const jobs = [1, 2].map((n) => job(plain, { n }, { id: `plain-${n}` }))
    await publisher.enqueueMany(jobs.slice(1))
    const { enqueued, duplicates, processed } = await publisher.enqueueMany(jobs)
    assert.deepEqual({ enqueued, duplicates, processed }, { enqueued: 1, duplicates: 1, processed: 2 })
  })
})
