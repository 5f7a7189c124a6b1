import { idArray } from '../sql-parameters.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { countUnreadDmails } from './unread.ts'

/** Marks a message in its owner's mailbox as read or unread, deleted or not. Does nothing if there is no such message. */
export async function markDmail(
  { em, now }: UnitOfWork,
  dmailId: number,
  { isRead = null, isDeleted = null }: { isRead?: boolean | null; isDeleted?: boolean | null },
): Promise<void> {
  const owners = await em.execute<{ owner_id: number }[]>(
    `UPDATE dmails SET is_read = coalesce(?, is_read), is_deleted = coalesce(?, is_deleted), updated_at = ?::timestamp
     WHERE id = ? RETURNING owner_id`,
    [isRead, isDeleted, now, dmailId],
  )
  await countUnreadDmails(
    em,
    owners.map(({ owner_id }) => owner_id),
  )
}

/** Removes messages for good, with the moderation reports about them. */
export async function destroyDmails({ em }: UnitOfWork, dmailIds: readonly number[]): Promise<void> {
  const ids = idArray(dmailIds)
  await em.execute(
    `DELETE FROM moderation_reports WHERE model_type = 'Dmail' AND model_id = ANY (?::int[])`,
    [ids],
    'run',
  )
  const owners = await em.execute<{ owner_id: number }[]>(
    'DELETE FROM dmails WHERE id = ANY (?::int[]) RETURNING owner_id',
    [ids],
  )
  await countUnreadDmails(
    em,
    owners.map(({ owner_id }) => owner_id),
  )
}
