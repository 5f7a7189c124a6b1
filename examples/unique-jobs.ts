import { done, runServices, worker } from '@danbooru-jobs/actors'
import { connectPublisher, defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

// Run with NATS_URL and DATABASE_URL. A second job of a key is refused while the first is queued; while it runs, one more is
// accepted and starts when the first has ended.
const syncAccount = defineJob({
  name: 'example-sync-account',
  title: 'Fetch what is new in an account',
  payload: z.object({ account: z.string() }),
  delivery: {
    unique: { mode: 'while-queued', key: ({ account }) => account },
    limits: [{ name: 'example-sync-account', key: ({ account }) => account, max: 1 }],
  },
})

const runs = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
const release = Promise.withResolvers<void>()
let count = 0
const services = await runServices(
  [
    worker(syncAccount, async () => {
      runs[count++]?.resolve()
      await release.promise
      return done()
    }),
  ],
  { database: { entities: [] } },
)
const publisher = await connectPublisher({ servers: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' })
const sync = async () => (await publisher.enqueue(syncAccount, { account: 'evazion' })).status

console.log('first:', await sync())
await runs[0]?.promise
console.log('second, while the first runs:', await sync())
console.log('third, while the second waits:', await sync())
release.resolve()
await runs[1]?.promise
console.log('runs:', count)
await publisher.close()
await services.stop()
