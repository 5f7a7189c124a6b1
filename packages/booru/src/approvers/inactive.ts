import type { EntityManager } from '@mikro-orm/postgresql'
import { levels } from '../users/levels.ts'

/** An approver needs this many approvals within this many days. */
export const neededApprovals = 30
export const approvalDays = 45

/** Feedback that shows a recent promotion to approver; the older of the two is found on old records only. */
const promotions = ['You gained the ability to approve posts', 'You have been promoted to an Approver']

/**
 * Approvers, and only those of exactly that level, who approved too little and were not promoted within the same time.
 * Danbooru's `ApproverPruner` at commit b43a913ad7.
 *
 * @param only ask about this user alone.
 */
export async function inactiveApprovers(em: EntityManager, now: Date, only?: number): Promise<number[]> {
  const rows = await em.execute<{ id: number }[]>(
    `SELECT id FROM users
     WHERE level = ? AND (?::int IS NULL OR id = ?::int)
       AND (SELECT count(*) FROM post_approvals
         WHERE user_id = users.id AND created_at >= ?::timestamp - ?::interval) < ?
       AND NOT EXISTS (SELECT FROM user_feedback
         WHERE user_id = users.id AND created_at >= ?::timestamp - ?::interval
           AND (strpos(body, ?) > 0 OR strpos(body, ?) > 0))
     ORDER BY id`,
    [
      levels.approver,
      only ?? null,
      only ?? null,
      now,
      `${approvalDays} days`,
      neededApprovals,
      now,
      `${approvalDays} days`,
      ...promotions,
    ],
  )
  return rows.map(({ id }) => id)
}

/** Locks the user's row, then asks again: what was true when the list was made need not be true any more. */
export async function lockInactiveApprover(em: EntityManager, now: Date, userId: number): Promise<boolean> {
  await em.execute('SELECT id FROM users WHERE id = ? FOR NO KEY UPDATE', [userId])
  return (await inactiveApprovers(em, now, userId)).length > 0
}
