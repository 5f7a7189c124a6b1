import { sendAutomatedDmail } from '../dmails/send.ts'
import { daysToNextMonth, easternDay, sameEasternDay } from '../eastern-time.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { findSystemUser } from '../users/system-user.ts'
import { approvalDays, lockInactiveApprover, neededApprovals } from './inactive.ts'

const warningTitle = 'You will lose approval privileges soon'

/** Earlier in the month there is time enough. */
const earliestWarning = 21

/** Days until approvers are demoted, on the first of next month in US Eastern time; undefined while it is too early to warn. */
export function daysOfWarning(now: Date): number | undefined {
  const days = daysToNextMonth(easternDay(now))
  return days > earliestWarning ? undefined : days
}

/** What became of a warning. */
export type ApproverWarned = 'warned' | 'warned-today' | 'not-inactive' | 'refused'

/**
 * Warns an inactive approver by dmail, once a day at most. Danbooru's `ApproverPruner.dmail_inactive_approvers!` at commit
 * b43a913ad7.
 */
export async function warnInactiveApprover(
  work: UnitOfWork,
  userId: number,
  daysLeft: number,
): Promise<ApproverWarned> {
  const { em, now } = work
  if (!(await lockInactiveApprover(em, now, userId))) return 'not-inactive'
  const system = await findSystemUser(em)
  const [last] = await em.execute<{ at: string }[]>(
    `SELECT to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at FROM dmails
     WHERE owner_id = ? AND from_id = ? AND title = ? ORDER BY id DESC LIMIT 1`,
    [userId, system.id, warningTitle],
  )
  if (last !== undefined && sameEasternDay(new Date(last.at), now)) return 'warned-today'
  const sent = await sendAutomatedDmail(work, { toId: userId, title: warningTitle, body: warning(daysLeft) })
  return sent.kind === 'sent' ? 'warned' : 'refused'
}

function warning(daysLeft: number): string {
  const days = daysLeft === 1 ? '1 day' : `${daysLeft} days`
  return `You have approved fewer than ${neededApprovals} posts in the last ${approvalDays} days. If that is still so in ${days}, \
you will lose approval privileges. You keep them by approving posts in the moderation queue.`
}
