// Progress and log lines of a running job, and how jobs are found again. Needs NATS_URL and DATABASE_URL (migrated).
// See docs/how-to/find-jobs.md.
import { done, RetryableError, runServices, worker } from '@danbooru-jobs/actors'
import { JobHistory } from '@danbooru-jobs/actors/operate'
import { connectPublisher, defineJob } from '@danbooru-jobs/contracts'
import { jobHistory } from '@danbooru-jobs/job-history'
import { pino } from 'pino'
import { z } from 'zod'

const importPosts = defineJob({
  name: 'example-import-posts',
  title: 'Import posts',
  payload: z.object({ from: z.string() }),
  delivery: { attempts: 1 },
})

const shown = Promise.withResolvers<void>()
const importWorker = worker(importPosts, async ({ from }, job) => {
  if (from === 'nowhere') throw new RetryableError(`cannot reach ${from}`)
  job.note(`began with ${from}`)
  job.progress({ done: 70, of: 100 })
  await shown.promise
  return done({ imported: 100 })
})

// In production `job-history` is a service of its own.
const services = await runServices([importWorker, jobHistory], {
  database: { entities: [] },
  log: pino({ level: 'silent' }),
})
const publisher = await connectPublisher({ servers: process.env.NATS_URL ?? 'nats://127.0.0.1:4222' })
const history = new JobHistory(services.runtime.database().run)

/** Looks until there is something to see. */
async function seen<Value>(look: () => Promise<Value | null | undefined>): Promise<Value> {
  for (;;) {
    const value = await look()
    if (value !== undefined && value !== null) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

await publisher.enqueue(importPosts, { from: 'pixiv' }, { id: 'good' })
await publisher.enqueue(importPosts, { from: 'nowhere' }, { id: 'bad' })
const running = await seen(async () => {
  const job = await history.find('good')
  return job?.progress === null ? undefined : job
})
console.log(running.state, JSON.stringify(running.progress), running.lines)
shown.resolve()

const finished = await seen(
  async () => (await history.list({ types: [importPosts.name], states: ['done'] })).jobs[0],
)
console.log(finished.id, finished.state, JSON.stringify(finished.result))
const failed = await seen(
  async () => (await history.list({ types: [importPosts.name], error: 'reach nowhere' })).jobs[0],
)
console.log(failed.id, failed.state, failed.reason)
const { jobs } = await history.list({
  payload: { from: 'pixiv' },
  queuedFrom: new Date(Date.now() - 3_600_000),
})
console.log(jobs.map((job) => job.id))

await publisher.close()
await services.stop()

// Output:
// running {"of":100,"done":70} [ 'began with pixiv' ]
// good done {"imported":100}
// bad discarded attempts-exhausted: attempt 1 of 1 failed with RetryableError: cannot reach nowhere
// [ 'good' ]
