import type { EntityManager } from '@mikro-orm/postgresql'

/** A tag whose `post_count` is not the number of posts that carry it. */
export interface WrongTagCount {
  readonly id: number
  readonly name: string
  readonly stored: number
  readonly counted: number
}

/**
 * Finds every tag whose count is wrong, in one pass over the posts: all of them count, also deleted ones. Names on posts without a tag
 * are ignored, tags on no post count zero. Both of Danbooru's statements (`Tag.regenerate_incorrect_post_counts!` and
 * `Tag.regenerate_nonexistent_post_counts!` at commit b43a913ad7) in one.
 *
 * @param em inside a transaction that stays open while the result is read; it only reads.
 * @yields at most `size` tags at a time, so that the memory needed does not grow with their number.
 */
export async function* wrongTagCounts(em: EntityManager, size: number): AsyncGenerator<WrongTagCount[]> {
  // All of it is wanted, not the first rows soon; and it takes as long as it takes.
  await em.execute(
    "SELECT set_config('cursor_tuple_fraction', '1', true), set_config('statement_timeout', '0', true)",
  )
  await em.execute(
    `DECLARE wrong_tag_counts NO SCROLL CURSOR FOR
     SELECT tags.id, tags.name, tags.post_count AS stored, coalesce(counts.counted, 0)::int AS counted
       FROM tags LEFT JOIN (
         SELECT name, count(*) AS counted
           FROM (SELECT unnest(string_to_array(tag_string, ' ')) AS name FROM posts) AS tagged GROUP BY name
       ) AS counts ON counts.name = tags.name
      WHERE tags.post_count <> coalesce(counts.counted, 0)`,
  )
  for (;;) {
    const rows = await em.execute<WrongTagCount[]>(`FETCH ${Math.trunc(size)} FROM wrong_tag_counts`)
    if (rows.length > 0) yield rows
    if (rows.length < size) return
  }
}
