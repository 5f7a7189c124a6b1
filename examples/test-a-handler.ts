// A handler tested in milliseconds: no NATS, no waiting. See docs/how-to/test-a-handler.md.
import { done, snooze, worker } from '@danbooru-jobs/actors'
import { startTestJobs } from '@danbooru-jobs/actors/testing'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

const remind = defineJob({
  name: 'remind',
  title: 'Remind a user of an appointment',
  payload: z.object({ name: z.string(), at: z.iso.datetime() }),
})

const remindWorker = worker(remind, async ({ name, at }, job) => {
  const early = Date.parse(at) - job.clock.now().getTime()
  if (early > 0) return snooze(early, 'too early')
  console.log(`${job.clock.now().toISOString()} ${name}, attempt ${job.attempt}`)
  return done()
})

await using jobs = await startTestJobs([remindWorker], { now: new Date('2026-03-01T08:00:00Z') })

const job = await jobs.perform(remind, { name: 'Alice', at: '2026-03-01T09:30:00Z' })
console.log(job.state)
jobs.assertEnqueued(remind, undefined, { at: new Date('2026-03-01T09:30:00Z'), count: 1 })

await jobs.advance('90m')
await jobs.performEnqueuedJobs()
console.log(jobs.job(job.id)?.state)
jobs.assertNoEnqueued()

// Output:
// scheduled
// 2026-03-01T09:30:00.000Z Alice, attempt 1
// done
