// The five outcomes of a job, and what an error's class means. See docs/how-to/outcomes-retries-and-errors.md.
import { cancel, discard, done, RecordGoneError, RetryableError, snooze, worker } from '@danbooru-jobs/actors'
import { startTestJobs } from '@danbooru-jobs/actors/testing'
import { defineJob } from '@danbooru-jobs/contracts'
import { z } from 'zod'

const fetchPage = defineJob({
  name: 'fetch-page',
  title: 'Fetch a page',
  payload: z.object({ status: z.int() }),
  delivery: { attempts: 3, backOff: { kind: 'list', delays: ['10s', '1m'] } },
})

/** The site says so long it wants to be left alone: its word counts more than the job type's back-off. */
class TooManyRequests extends RetryableError {
  constructor(after: `${number}s`) {
    super('the site wants us to wait', { after })
  }
}

const answers = new Map([[200, { words: 12 }]])
const fetchWorker = worker(fetchPage, async ({ status }, job) => {
  switch (status) {
    case 200:
      return done(answers.get(status))
    case 202:
      return job.clock.now() < new Date('2026-03-01T00:05:00Z') ? snooze('5m', 'not ready') : done()
    case 404:
      throw new RecordGoneError('Page', 404)
    case 410:
      return cancel('the site is closed')
    case 429:
      throw new TooManyRequests('30s')
    case 451:
      return discard('we may not read it')
    default:
      throw new Error('no luck')
  }
})

await using jobs = await startTestJobs([fetchWorker], { now: new Date('2026-03-01T00:00:00Z') })
for (const status of [200, 202, 404, 410, 429, 451, 500]) {
  const { state, reason } = await jobs.perform(fetchPage, { status })
  console.log(`${status} ${state} ${reason ?? ''}`.trimEnd())
}

const { id } = await jobs.perform(fetchPage, { status: 500 })
for (const wait of ['10s', '1m'] as const) {
  await jobs.advance(wait)
  await jobs.performEnqueuedJobs()
}
console.log('three attempts:', jobs.job(id)?.state, jobs.job(id)?.reason)

// Output:
// 200 done
// 202 scheduled
// 404 discarded record-gone: Page #404 does not exist
// 410 cancelled cancelled: the site is closed
// 429 retrying
// 451 discarded discarded: we may not read it
// 500 retrying
// three attempts: discarded attempts-exhausted: attempt 3 of 3 failed with Error: no luck
