import { done, inChunks, worker } from '@danbooru-jobs/actors'
import { forgetEndedLifecycles, forgetProcessedSteps } from '@danbooru-jobs/actors/internal'
import { deleteFinishedGoodJobs } from '@danbooru-jobs/booru'
import { pruneJobs } from '@danbooru-jobs/contracts/danbooru'

const batchSize = 5_000
const day = 86_400_000
/** How long Danbooru's own finished jobs are kept, as in its `PruneJobsJob`. */
const goodJobsAge = 7 * day
/** How long the record of finished steps is kept: longer than a dead letter is likely to be redriven. */
const processedAge = 30 * day
/** How long the course of an ended lifecycle is kept. */
const lifecycleAge = 90 * day

type Forget = typeof forgetProcessedSteps

/** Deletes what is left of jobs that ended long ago: in Danbooru's own queue, and in our own notes. */
export const pruneJobsWorker = worker(pruneJobs, async (_payload, job) => {
  const before = (age: number) => new Date(job.clock.now().getTime() - age)
  let jobs = 0
  const rows = await inChunks(job, true, async (em) => {
    const deleted = await deleteFinishedGoodJobs(em, before(goodJobsAge), batchSize)
    jobs += deleted.jobs
    return { rows: deleted.rows, next: deleted.jobs === batchSize || undefined }
  })
  const forgotten = (forget: Forget, age: number) =>
    inChunks(job, true, async (em) => {
      const deleted = await forget(em, before(age), batchSize)
      return { rows: deleted, next: deleted === batchSize || undefined }
    })
  const processedSteps = await forgotten(forgetProcessedSteps, processedAge)
  const lifecycleMessages = await forgotten(forgetEndedLifecycles, lifecycleAge)
  return done({ jobs, executions: rows, processedSteps, lifecycleMessages })
})

export { booruDatabase as database } from '@danbooru-jobs/booru'
