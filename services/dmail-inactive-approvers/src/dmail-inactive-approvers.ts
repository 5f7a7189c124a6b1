import { done, forEachRow, worker } from '@danbooru-jobs/actors'
import { daysOfWarning, inactiveApprovers, warnInactiveApprover } from '@danbooru-jobs/booru'
import { dmailInactiveApprovers } from '@danbooru-jobs/contracts/danbooru'

/**
 * Warns inactive approvers by dmail during the last three weeks of a month in US Eastern time; on the first of the next they are
 * demoted. An approver is warned once a day. Danbooru's `DmailInactiveApproversJob` at commit b43a913ad7.
 */
export const dmailInactiveApproversWorker = worker(dmailInactiveApprovers, async (_payload, job) => {
  const now = job.clock.now()
  const daysLeft = daysOfWarning(now)
  if (daysLeft === undefined) return done({ warned: 0, skipped: 'too early in the month' })
  const userIds = await job.transaction((em) => inactiveApprovers(em, now))
  const name = (userId: number) => `user #${userId}`
  const { results, failed } = await forEachRow(job, userIds, name, (userId, em, outbox) =>
    warnInactiveApprover({ em, outbox, now }, userId, daysLeft),
  )
  const warned = results.filter((result) => result === 'warned').length
  return done({ warned, failed })
})

export { booruDatabase as database } from '@danbooru-jobs/booru'
