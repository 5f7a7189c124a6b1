import type { EntityManager } from '@mikro-orm/postgresql'
import { idArray } from '../sql-parameters.ts'

/**
 * Counts again how many unread messages these users have. Their rows are locked first: two messages that arrive together are
 * both counted.
 */
export async function countUnreadDmails(em: EntityManager, userIds: readonly number[]): Promise<void> {
  const ids = idArray(userIds)
  await em.execute('SELECT id FROM users WHERE id = ANY (?::int[]) ORDER BY id FOR NO KEY UPDATE', [ids])
  await em.execute(
    `UPDATE users SET unread_dmail_count = (
       SELECT count(*) FROM dmails WHERE owner_id = users.id AND NOT is_deleted AND NOT is_read
     ) WHERE id = ANY (?::int[])`,
    [ids],
    'run',
  )
}
