import type { EntityManager } from '@mikro-orm/postgresql'
import { idArray } from '../sql-parameters.ts'

/**
 * Locks these posts and their parents until the transaction ends, in the order of their ids, against everybody who edits them.
 * New comments, favorites and the like are not kept waiting.
 */
export async function lockWithParents(em: EntityManager, postIds: readonly number[]): Promise<void> {
  const ids = idArray(postIds)
  await em.execute(
    `SELECT id FROM posts WHERE id IN (
       SELECT unnest(?::int[]) UNION SELECT parent_id FROM posts WHERE id = ANY (?::int[]))
     ORDER BY id FOR NO KEY UPDATE`,
    [ids, ids],
  )
}
