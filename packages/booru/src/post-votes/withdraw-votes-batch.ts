import type { EntityManager } from '@mikro-orm/postgresql'
import { lockPosts } from '../posts/lock-posts.ts'
import { utc } from '../sweep/sql.ts'
import type { Batch } from '../sweep/sweep.ts'

/** Whose votes are withdrawn, which of them, and when. */
export interface VotesOf {
  readonly userId: number
  readonly direction: 'up' | 'down'
  readonly now: Date
}

/**
 * Withdraws a batch of a user's active votes: they stay with `is_deleted`, and the posts' scores lose what they had added.
 * `posts.updated_at` does not change and no mod action is written, since the voter takes back what is their own (`PostVote` at
 * Danbooru's commit b43a913ad7). A vote that is not ±1, from the days of super votes, is taken back like any other; Danbooru's
 * validation would stop there.
 *
 * Posts are locked by id before the votes. May run twice at once.
 *
 * @param after post id behind which the batch begins.
 */
export async function withdrawVotesBatch(
  em: EntityManager,
  { userId, direction, now }: VotesOf,
  after: number,
  limit: number,
): Promise<Batch> {
  const sign = direction === 'up' ? 'score > 0' : 'score < 0'
  const rows = await em.execute<{ post_id: number }[]>(
    `select post_id from post_votes
      where user_id = ? and is_deleted = false and ${sign} and post_id > ? order by post_id limit ?`,
    [userId, after, limit],
  )
  const postIds = rows.map((row) => row.post_id)
  const last = postIds.at(-1)
  if (last === undefined) return { found: 0, changed: 0, last: after }
  await lockPosts(em, postIds)
  const [withdrawn] = await em.execute<{ count: number }[]>(
    `with withdrawn as (
       update post_votes set is_deleted = true, updated_at = ${utc}
        where user_id = ? and post_id > ? and post_id <= ? and is_deleted = false and ${sign}
       returning post_id, score
     ), uncounted as (
       update posts
          set score = posts.score - withdrawn.score,
              up_score = up_score - greatest(withdrawn.score, 0),
              down_score = down_score - least(withdrawn.score, 0)
         from withdrawn where posts.id = withdrawn.post_id
     )
     select count(*)::int as count from withdrawn`,
    [now, userId, after, last],
  )
  return { found: postIds.length, changed: withdrawn?.count ?? 0, last }
}
