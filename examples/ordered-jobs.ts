import { done, retry, runServices, worker } from '@danbooru-jobs/actors'
import { connectPublisher, defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

// Run with NATS_URL and DATABASE_URL (migrated). Changes to one post are applied in their order, also when one has to be repeated.
const applyChange = defineJob({
  name: 'example-apply-change',
  title: 'Apply a change to a post',
  payload: z.object({ post: z.number(), change: z.string() }),
  delivery: { ordered: ({ post }) => String(post), backOff: { kind: 'list', delays: [100] } },
})

const applied: string[] = []
const services = await runServices(
  [
    worker(applyChange, async ({ post, change }, { attempt }) => {
      if (change === 'a' && post === 1 && attempt === 1) return retry('the database was busy')
      applied.push(`post ${post}: ${change}`)
      return done()
    }),
  ],
  { database: { entities: [] } },
)
const publisher = await connectPublisher({ servers: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' })
for (const change of ['a', 'b', 'c']) {
  for (const post of [1, 2]) await publisher.enqueue(applyChange, { post, change })
}
while (applied.length < 6) await new Promise(setImmediate)
for (const line of applied.toSorted((one, other) => Number(one[5]) - Number(other[5]))) console.log(line)
await publisher.close()
await services.stop()
