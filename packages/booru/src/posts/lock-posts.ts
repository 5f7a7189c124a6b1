import type { EntityManager } from '@mikro-orm/postgresql'
import { idArray } from '../sweep/sql.ts'

/**
 * Holds posts until the end of the transaction, one after the other by id: two transactions that both do so cannot deadlock.
 * Others may still refer to the posts.
 */
export async function lockPosts(em: EntityManager, ids: readonly number[]): Promise<void> {
  await em.execute(
    `select count(*) from (
       select id from posts where id = any(?::int[]) order by id for no key update
     ) as held`,
    [idArray(ids)],
  )
}
