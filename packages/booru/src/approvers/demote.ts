import { sendAutomatedDmail } from '../dmails/send.ts'
import { giveFeedback } from '../feedback/give.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { levels } from '../users/levels.ts'
import { findSystemUser } from '../users/system-user.ts'
import { approvalDays, lockInactiveApprover, neededApprovals } from './inactive.ts'

const explanation = `You have lost approval privileges because you approved fewer than ${neededApprovals} posts in the last \
${approvalDays} days. Approvers are asked to look at the moderation queue now and then.

If you would like to approve posts again, write to an admin.`

/**
 * Makes an inactive approver a contributor again, with feedback on the record and a dmail that explains it. All of it belongs
 * to the caller's one transaction: no user loses the level without a notice. Danbooru's `ApproverPruner` at commit b43a913ad7.
 *
 * @returns false if the user is no inactive approver any more.
 */
export async function demoteInactiveApprover(work: UnitOfWork, userId: number): Promise<boolean> {
  const { em, now } = work
  if (!(await lockInactiveApprover(em, now, userId))) return false
  const creator = await findSystemUser(em)
  await em.execute(
    'UPDATE users SET level = ?, updated_at = ?::timestamp WHERE id = ?',
    [levels.contributor, now, userId],
    'run',
  )
  await giveFeedback(work, { userId, creator, category: 'neutral', body: 'Lost approval privileges' })
  await sendAutomatedDmail(work, { toId: userId, title: 'Approver inactivity', body: explanation })
  return true
}
