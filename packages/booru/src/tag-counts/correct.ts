import type { QueryResult } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { WrongTagCount } from './wrong-counts.ts'

/**
 * Writes the counts that were found. A tag whose count has changed since, or that is being changed, is left for the next
 * time: what was counted is out of date for it. So this never waits for anybody. `updated_at` stays, as in Danbooru.
 *
 * @returns the number of tags that were corrected.
 */
export async function correctTagCounts(em: EntityManager, wrong: readonly WrongTagCount[]): Promise<number> {
  const { affectedRows } = await em.execute<QueryResult>(
    `UPDATE tags SET post_count = found.counted
       FROM (SELECT tags.id, given.counted
               FROM tags JOIN jsonb_to_recordset(?::jsonb) AS given(id int, stored int, counted int)
                 ON tags.id = given.id AND tags.post_count = given.stored
                FOR NO KEY UPDATE OF tags SKIP LOCKED) AS found
      WHERE tags.id = found.id`,
    [JSON.stringify(wrong.map(({ id, stored, counted }) => ({ id, stored, counted })))],
    'run',
  )
  return affectedRows
}
