import { done, forEachRow, worker } from '@danbooru-jobs/actors'
import { demoteInactiveApprover, inactiveApprovers } from '@danbooru-jobs/booru'
import { pruneApprovers } from '@danbooru-jobs/contracts/danbooru'

/**
 * Makes approvers who approved fewer than 30 posts in 45 days contributors again; demotion, feedback and dmails of a user are
 * one transaction. Danbooru's `PruneApproversJob` at commit b43a913ad7.
 */
export const pruneApproversWorker = worker(pruneApprovers, async (_payload, job) => {
  const now = job.clock.now()
  const userIds = await job.transaction((em) => inactiveApprovers(em, now))
  const name = (userId: number) => `user #${userId}`
  const { results, failed } = await forEachRow(job, userIds, name, (userId, em, outbox) =>
    demoteInactiveApprover({ em, outbox, now }, userId),
  )
  const demoted = results.filter(Boolean).length
  return done({ demoted, failed })
})

export { booruDatabase as database } from '@danbooru-jobs/booru'
