import { done, worker } from '@danbooru-jobs/actors'
import { prunePostDisapprovalsBefore } from '@danbooru-jobs/booru'
import { prunePostDisapprovals } from '@danbooru-jobs/contracts/danbooru'

/** Forgets the disapprovals of posts that were disapproved more than a month ago. */
export const prunePostDisapprovalsWorker = worker(prunePostDisapprovals, async (_payload, job) => {
  const deleted = await job.transaction((em) => prunePostDisapprovalsBefore(em, job.clock.now()))
  return done({ deleted })
})

export { booruDatabase as database } from '@danbooru-jobs/booru'
