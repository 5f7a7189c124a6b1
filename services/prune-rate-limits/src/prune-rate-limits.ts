import { done, inChunks, worker } from '@danbooru-jobs/actors'
import { pruneRateLimitsAfter } from '@danbooru-jobs/booru'
import { pruneRateLimits } from '@danbooru-jobs/contracts/danbooru'

const batchSize = 5_000

/** Deletes rate limits that were last used more than an hour ago. */
export const pruneRateLimitsWorker = worker(pruneRateLimits, async (_payload, job) => {
  const now = job.clock.now()
  const deleted = await inChunks(job, 0, (em, after) =>
    pruneRateLimitsAfter(em, { after, limit: batchSize, now }),
  )
  return done({ deleted })
})

export { booruDatabase as database } from '@danbooru-jobs/booru'
