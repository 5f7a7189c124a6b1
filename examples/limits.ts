import { done, runServices, worker } from '@danbooru-jobs/actors'
import { waitingJobs } from '@danbooru-jobs/actors/operate'
import { connectPublisher, defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

// Run with NATS_URL and DATABASE_URL (migrated). At most one download from each site at once, and 20 a second altogether.
const download = defineJob({
  name: 'example-download',
  title: 'Download a file',
  payload: z.object({ site: z.string(), file: z.number() }),
  delivery: {
    limits: [
      { name: 'example-site', key: ({ site }) => site, max: 1 },
      { name: 'example-downloads', rate: { max: 20, per: '1s' } },
    ],
  },
})

const started: string[] = []
const release = Promise.withResolvers<void>()
const services = await runServices(
  [
    worker(download, async ({ site, file }, { attempt }) => {
      started.push(`${site} ${file}, attempt ${attempt}`)
      await release.promise
      return done()
    }),
  ],
  { database: { entities: [] } },
)
const publisher = await connectPublisher({ servers: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' })
const waiting = () => waitingJobs(services.runtime.sql().run, { jobTypes: [download.name] })

for (const file of [1, 2, 3]) {
  await publisher.enqueue(download, { site: 'pixiv', file })
  while (started.length + (await waiting()).length < file) await new Promise(setImmediate)
}
for (const { limit, key, ahead } of await waiting()) {
  console.log(`a job waits for limit ${limit} (key ${key}), ${ahead} ahead`)
}
release.resolve()
while (started.length < 3) await new Promise(setImmediate)
for (const line of started) console.log('ran:', line)
await publisher.close()
await services.stop()
