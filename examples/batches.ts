import { batches, done, outboxRelay, runServices, worker } from '@danbooru-jobs/actors'
import { batchSummary, connectPublisher, defineJob, job } from '@danbooru-jobs/contracts'
import { z } from 'zod'

// Run with NATS_URL and DATABASE_URL (migrated). Thumbnails of a hundred posts, and one report when all are there.
const thumbnail = defineJob({
  name: 'example-thumbnail',
  title: 'Make a thumbnail',
  payload: z.object({ post: z.number() }),
})
const report = defineJob({
  name: 'example-report',
  title: 'Say that all thumbnails are there',
  payload: z.object({ to: z.string(), batch: batchSummary.optional() }),
})

const reported = Promise.withResolvers<string>()
const services = await runServices(
  [
    // In production these two are services of their own.
    batches,
    outboxRelay,
    worker(thumbnail, async () => done()),
    worker(report, async ({ to, batch }) => {
      reported.resolve(`to ${to}: ${batch?.done} of ${batch?.total} done, ${batch?.discarded} discarded`)
      return done()
    }),
  ],
  { database: { entities: [] } },
)
const publisher = await connectPublisher({ servers: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' })

function* thumbnails() {
  for (let post = 1; post <= 100; post++) yield job(thumbnail, { post })
}
const { enqueued } = await publisher.enqueueMany(thumbnails(), {
  onComplete: { job: job(report, { to: 'albert' }) },
})
console.log('enqueued:', enqueued)
console.log(await reported.promise)
await publisher.close()
await services.stop()
