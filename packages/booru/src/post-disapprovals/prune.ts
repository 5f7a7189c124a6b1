import type { QueryResult } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'

/**
 * Forgets the disapprovals of every post that has one older than a calendar month, reckoned in US Eastern time; recent ones of such a
 * post go too. Danbooru's `PostDisapproval.prune!` at commit b43a913ad7.
 *
 * @returns the number of disapprovals deleted.
 */
export async function prunePostDisapprovalsBefore(em: EntityManager, now: Date): Promise<number> {
  const { affectedRows } = await em.execute<QueryResult>(
    `DELETE FROM post_disapprovals WHERE post_id IN (
       SELECT post_id FROM post_disapprovals
        WHERE created_at < (?::timestamptz AT TIME ZONE 'America/New_York' - interval '1 month')
                           AT TIME ZONE 'America/New_York' AT TIME ZONE 'UTC'
     )`,
    [now.toISOString()],
    'run',
  )
  return affectedRows
}
