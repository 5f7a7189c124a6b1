import type { EntityManager } from '@mikro-orm/postgresql'
import { lockPosts } from '../posts/lock-posts.ts'
import { utc } from '../sweep/sql.ts'
import type { Batch } from '../sweep/sweep.ts'

/** Whose favorites go, and when. */
export interface FavoritesOf {
  readonly userId: number
  readonly now: Date
}

/**
 * Deletes a batch of a user's favorites: the rows, one from `posts.fav_count` of each post, as many from
 * `users.favorite_count`, and the user's active upvotes on those posts. No `updated_at` of posts or users changes and no mod
 * action is written, as in `Favorite` at Danbooru's commit b43a913ad7.
 *
 * Rows are locked in Danbooru's own order (favorites, posts, user, votes), each kind by post id, so that neither a second copy
 * nor a favorite or vote cast meanwhile can deadlock with it. May run twice at once: each row is counted by the run that deletes it.
 *
 * @param after post id behind which the batch begins.
 */
export async function deleteFavoritesBatch(
  em: EntityManager,
  { userId, now }: FavoritesOf,
  after: number,
  limit: number,
): Promise<Batch> {
  const rows = await em.execute<{ post_id: number }[]>(
    'select post_id from favorites where user_id = ? and post_id > ? order by post_id limit ? for update',
    [userId, after, limit],
  )
  const postIds = rows.map((row) => row.post_id)
  const last = postIds.at(-1)
  if (last === undefined) return { found: 0, changed: 0, last: after }
  await lockPosts(em, postIds)
  const range = [userId, after, last]
  const values = [...range, now, ...range, userId]
  const [counted] = await em.execute<{ deleted: number }[]>(deleteAndCount, values)
  return { found: postIds.length, changed: counted?.deleted ?? 0, last }
}

/**
 * A vote that is not ±1, from the days of super votes, goes with what it had added. A range of posts lets the planner walk the
 * index on user and post, however wrong it is about how much the user has.
 */
const deleteAndCount = `
  with unfavorited as (
    delete from favorites where user_id = ? and post_id > ? and post_id <= ? returning post_id
  ), withdrawn as (
    update post_votes set is_deleted = true, updated_at = ${utc}
     where user_id = ? and post_id > ? and post_id <= ? and is_deleted = false and score > 0
       and post_id in (select post_id from unfavorited)
    returning post_id, score
  ), uncounted as (
    update posts
       set fav_count = fav_count - 1,
           score = posts.score - coalesce(withdrawn.score, 0),
           up_score = up_score - coalesce(withdrawn.score, 0)
      from unfavorited left join withdrawn using (post_id)
     where posts.id = unfavorited.post_id
  ), total as (
    select count(*)::int as deleted from unfavorited
  )
  update users set favorite_count = favorite_count - total.deleted from total
   where id = ? returning total.deleted`
