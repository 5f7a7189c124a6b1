import { type NewModAction, writeModActions } from '../mod-actions/write.ts'
import { idArray } from '../sql-parameters.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { bitPrefsMask } from '../users/bit-prefs.ts'
import { levels } from '../users/levels.ts'

/**
 * Moves the favorites of these posts to their parents, and with them the upvotes that come with favorites: a user who favorited
 * the post favorites the parent instead and, if allowed to vote, upvotes it. Posts without a parent keep theirs. Logged for
 * each post. Danbooru's `Post#give_favorites_to_parent` at commit b43a913ad7.
 */
export async function moveFavoritesToParents(
  work: UnitOfWork,
  postIds: readonly number[],
  moverId: number,
): Promise<void> {
  const { em } = work
  const children = await em.execute<{ id: number; parent_id: number }[]>(
    'SELECT id, parent_id FROM posts WHERE id = ANY (?::int[]) AND parent_id IS NOT NULL ORDER BY id',
    [idArray(postIds)],
  )
  if (children.length === 0) return
  const ids = idArray(children.map(({ id }) => id))
  const parents = idArray(children.map(({ parent_id }) => parent_id))
  const users = await em.execute<{ id: number }[]>(
    `SELECT id FROM users WHERE id IN (SELECT user_id FROM favorites WHERE post_id = ANY (?::int[]))
     ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  )
  const userIds = idArray(users.map(({ id }) => id))
  await withdrawUpvotes(work, ids)
  await em.execute(insertFavorites, [ids], 'run')
  const removed = await em.execute<{ user_id: number; post_id: number }[]>(
    'DELETE FROM favorites WHERE post_id = ANY (?::int[]) RETURNING user_id, post_id',
    [ids],
  )
  await castUpvotes(work, JSON.stringify(removed))
  await em.execute(recountPosts, [ids, parents], 'run')
  await em.execute(recountUsers, [userIds], 'run')
  await writeModActions(
    work,
    children.map(({ id, parent_id }) => moved(id, parent_id, moverId)),
  )
}

function moved(id: number, parentId: number, creatorId: number): NewModAction {
  const description = `moved favorites from post #${id} to post #${parentId}`
  return { category: 'post_move_favorites', creatorId, description, subject: { type: 'Post', id } }
}

/** Those who favorited the parent already keep one favorite. */
const insertFavorites = `
  INSERT INTO favorites (user_id, post_id)
  SELECT DISTINCT f.user_id, p.parent_id FROM favorites f JOIN posts p ON p.id = f.post_id
  WHERE f.post_id = ANY (?::int[])
  ON CONFLICT (user_id, post_id) DO NOTHING`

const recountPosts = `
  UPDATE posts SET fav_count = (SELECT count(*) FROM favorites WHERE post_id = posts.id)
  WHERE id = ANY (?::int[]) OR id = ANY (?::int[])`

const recountUsers = `
  UPDATE users SET favorite_count = (SELECT count(*) FROM favorites WHERE user_id = users.id)
  WHERE id = ANY (?::int[])`

/** A favorite's upvote goes when the favorite goes. */
async function withdrawUpvotes({ em, now }: UnitOfWork, ids: string): Promise<void> {
  await em.execute(
    `WITH withdrawn AS (
       UPDATE post_votes v SET is_deleted = true, updated_at = ?::timestamp FROM favorites f
       WHERE f.post_id = ANY (?::int[]) AND v.post_id = f.post_id AND v.user_id = f.user_id
         AND v.score = 1 AND v.is_deleted = false
       RETURNING v.post_id
     )
     UPDATE posts SET score = score - x.votes, up_score = up_score - x.votes
     FROM (SELECT post_id, count(*)::int AS votes FROM withdrawn GROUP BY post_id) x WHERE posts.id = x.post_id`,
    [now, ids],
    'run',
  )
}

/** A new favorite upvotes, in place of a downvote; only from users who may vote, and not if they have upvoted already. */
async function castUpvotes({ em, now }: UnitOfWork, removed: string): Promise<void> {
  const voters = `
    SELECT DISTINCT u.id AS user_id, p.parent_id AS post_id
    FROM jsonb_to_recordset(?::jsonb) AS r(user_id int, post_id int)
    JOIN posts p ON p.id = r.post_id JOIN users u ON u.id = r.user_id
    WHERE u.level >= ${levels.member} AND u.bit_prefs & ${bitPrefsMask('isBanned')} = 0`
  await em.execute(
    `WITH voter AS (${voters}), withdrawn AS (
       UPDATE post_votes v SET is_deleted = true, updated_at = ?::timestamp FROM voter
       WHERE v.user_id = voter.user_id AND v.post_id = voter.post_id AND v.score = -1 AND v.is_deleted = false
       RETURNING v.post_id
     )
     UPDATE posts SET score = score + x.votes, down_score = down_score + x.votes
     FROM (SELECT post_id, count(*)::int AS votes FROM withdrawn GROUP BY post_id) x WHERE posts.id = x.post_id`,
    [removed, now],
    'run',
  )
  await em.execute(
    `WITH voter AS (${voters}), cast_votes AS (
       INSERT INTO post_votes (post_id, user_id, score, created_at, updated_at)
       SELECT post_id, user_id, 1, ?::timestamp, ?::timestamp FROM voter
       ON CONFLICT (user_id, post_id) WHERE is_deleted = false DO NOTHING
       RETURNING post_id
     )
     UPDATE posts SET score = score + x.votes, up_score = up_score + x.votes
     FROM (SELECT post_id, count(*)::int AS votes FROM cast_votes GROUP BY post_id) x WHERE posts.id = x.post_id`,
    [removed, now, now],
    'run',
  )
}
