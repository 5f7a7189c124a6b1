import { Queue, Worker } from 'bullmq'
import { type Payload, required, type Side } from './side.ts'

/** Each benchmark has a queue of its own on the one Redis. */
const name = process.env.QUEUE ?? 'bench'

/** BullMQ on Redis. Finished jobs are kept, as is its default. */
export async function bullmq(): Promise<Side> {
  const { hostname, port } = new URL(required('REDIS_URL'))
  const connection = { host: hostname, port: Number(port), maxRetriesPerRequest: null }
  const queue = new Queue<Payload>(name, { connection })
  await queue.waitUntilReady()
  return {
    prepare: async () => undefined,
    async publish(payload) {
      await queue.add(name, payload)
    },
    async publishBatch(payloads) {
      await queue.addBulk(payloads.map((data) => ({ name, data })))
    },
    async work(concurrency, onJob) {
      const worker = new Worker<Payload>(name, async ({ data }) => onJob(data), { connection, concurrency })
      await worker.waitUntilReady()
      const isEmpty = async () => {
        const counts = await queue.getJobCounts('wait', 'active', 'prioritized')
        return Object.values(counts).every((count) => count === 0)
      }
      return { isEmpty, stop: () => worker.close() }
    },
    close: () => queue.close(),
  }
}
