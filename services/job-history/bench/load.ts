/** The queue of `follow.ts` in a process of its own: a bare publish loop and a bare consume-and-acknowledge loop. */
import { randomUUID } from 'node:crypto'
import { provisionJobConsumer } from '@danbooru-jobs/actors/internal'
import { deleteFavorites } from '@danbooru-jobs/contracts/danbooru'
import { jobMessage } from '@danbooru-jobs/contracts/wire'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, headers } from '@nats-io/transport-node'

const [, , url = '', count = '0', perSecond = '0'] = process.argv
const jobs = Number(count)
const rate = Number(perSecond)
const connection = await connect({ servers: url })
const js = jetstream(connection)
await provisionJobConsumer(await jetstreamManager(connection), deleteFavorites)

async function publish(): Promise<void> {
  const began = performance.now()
  const flying = new Set<Promise<unknown>>()
  for (let index = 0; index < jobs; index++) {
    const id = randomUUID()
    const message = jobMessage(
      deleteFavorites,
      { userId: index + 1 },
      { unique: false },
      { id, now: new Date() },
    )
    const carried = headers()
    for (const [name, value] of Object.entries(message.headers)) carried.set(name, value)
    const stored = js
      .publish(message.subject, message.body, { headers: carried })
      .finally(() => flying.delete(stored))
    flying.add(stored)
    if (flying.size >= 500) await Promise.race(flying)
    while (rate > 0 && (index / rate) * 1_000 > performance.now() - began) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  await Promise.all(flying)
}

async function consume(): Promise<void> {
  const consumer = await js.consumers.get('JOBS', deleteFavorites.name)
  const messages = await consumer.consume({ max_messages: 1_000 })
  let done = 0
  for await (const message of messages) {
    message.ack()
    if (++done === jobs) break
  }
}

const began = performance.now()
await Promise.all([publish(), consume()])
await connection.drain()
console.log(
  `queue: ${Math.round(jobs / ((performance.now() - began) / 1_000))} jobs/s published and acknowledged`,
)
