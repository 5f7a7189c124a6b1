import { moderationStatus } from '../entities/index.ts'
import { writeModActions } from '../mod-actions/write.ts'
import { idArray } from '../sql-parameters.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { findSystemUser } from '../users/system-user.ts'
import { lockWithParents } from './lock.ts'
import { moveFavoritesToParents } from './move-favorites.ts'
import { breakParentLoops, updateParents } from './parents.ts'
import { planSaves, type SavePlan, type UnsavablePost } from './save-plan.ts'
import { saveTags } from './save-tags.ts'
import { recountUploadPoints } from './upload-points.ts'

/** How posts are deleted. */
export interface Deletion {
  readonly deleterId: number
  /** Shown on the posts' pages; 1 to 140 characters. */
  readonly reason: string
  /** Move the favorites of the posts to their parents. Default: they stay. */
  readonly moveFavorites?: boolean
}

/** What became of posts that were to be deleted; those that do not exist are in neither list. */
export interface Deletions {
  readonly deleted: readonly number[]
  readonly refused: readonly UnsavablePost[]
}

const longestReason = 140

/**
 * Deletes posts: they stay in the database and are shown to those who ask for deleted posts.
 *
 * - Their pending flags succeed, their pending appeals are rejected, and a flag with the reason, by the deleter, is added.
 * - They are neither pending nor flagged any more. Being saved, they are checked against today's rules, and their automatic and
 *   implied tags are put right; only where that changes the tags there is a new version in the deleter's name.
 * - Their parents know which children are left; favorites move there if it is wished.
 * - The upload points of their uploaders are computed again.
 * - It is logged, unless the system user does it: then the flag is the record.
 *
 * Approvals, votes, comments, notes, pools, tag counts and the posts' children stay as they are, and no user is notified. Danbooru's
 * `Post#delete!` at commit b43a913ad7.
 *
 * Rows are locked in the order of their ids, so the posts of one call should fit into one short transaction: some hundreds.
 */
export async function deletePosts(
  work: UnitOfWork,
  postIds: readonly number[],
  deletion: Deletion,
): Promise<Deletions> {
  const { deleterId, reason } = deletion
  if (reason.trim() === '' || [...reason].length > longestReason) {
    const problem = `the reason must have 1 to ${longestReason} characters`
    return { deleted: [], refused: postIds.map((postId) => ({ postId, problem })) }
  }
  await lockWithParents(work.em, postIds)
  const bySystem = (await findSystemUser(work.em)).id === deleterId
  await breakParentLoops(work, postIds, deleterId)
  const { plans, refused } = await examine(work, postIds, bySystem)
  const ids = plans.map(({ postId }) => postId)
  if (ids.length === 0) return { deleted: [], refused }

  await settleFlagsAndAppeals(work, ids, deletion)
  await saveTags(work, plans, deleterId)
  await markDeleted(work, ids)
  await updateParents(work, parentsOf(plans), deleterId)
  if (deletion.moveFavorites === true) await moveFavoritesToParents(work, ids, deleterId)
  await recountUploadPoints(
    work,
    plans.map(({ uploaderId }) => uploaderId),
  )
  if (!bySystem) await logDeletions(work, ids, deletion)
  return { deleted: ids, refused }
}

/** Deletes one post, see {@link deletePosts}. */
export async function deletePost(
  work: UnitOfWork,
  postId: number,
  deletion: Deletion,
): Promise<{ kind: 'deleted' } | { kind: 'missing' } | { kind: 'refused'; problem: string }> {
  const { deleted, refused } = await deletePosts(work, [postId], deletion)
  const [refusal] = refused
  if (refusal !== undefined) return { kind: 'refused', problem: refusal.problem }
  return deleted.length > 0 ? { kind: 'deleted' } : { kind: 'missing' }
}

/** Sorts the posts into those that can be deleted and those that break a rule. */
async function examine(
  work: UnitOfWork,
  postIds: readonly number[],
  bySystem: boolean,
): Promise<{ plans: SavePlan[]; refused: UnsavablePost[] }> {
  const { plans, unsavable } = await planSaves(work.em, postIds)
  const unsettled = await unsettledReasons(work, postIds)
  const problems = new Map([...unsettled, ...unsavable].map(({ postId, problem }) => [postId, problem]))
  if (!bySystem) {
    for (const plan of plans) if (plan.isDeleted) problems.set(plan.postId, 'the post is deleted already')
  }
  return {
    plans: plans.filter(({ postId }) => !problems.has(postId)),
    refused: [...problems].map(([postId, problem]) => ({ postId, problem })),
  }
}

/** Pending flags and appeals are saved too, and must not break a rule either. An appeal needs no reason. */
async function unsettledReasons({ em }: UnitOfWork, postIds: readonly number[]): Promise<UnsavablePost[]> {
  const isPending = `status = ${moderationStatus.pending}`
  const isTooLong = `char_length(reason) > ${longestReason}`
  const rows = await em.execute<{ post_id: number; kind: string }[]>(
    `SELECT post_id, 'flag' AS kind FROM post_flags
      WHERE post_id = ANY (?::int[]) AND ${isPending} AND (reason ~ '^\\s*$' OR ${isTooLong})
     UNION SELECT post_id, 'appeal' FROM post_appeals
      WHERE post_id = ANY (?::int[]) AND ${isPending} AND ${isTooLong}
     ORDER BY post_id`,
    [idArray(postIds), idArray(postIds)],
  )
  return rows.map(({ post_id, kind }) => ({
    postId: post_id,
    problem: `the reason of a pending ${kind} does not have ${kind === 'flag' ? '1 to' : 'at most'} ${longestReason} characters`,
  }))
}

async function settleFlagsAndAppeals(
  { em, now }: UnitOfWork,
  ids: readonly number[],
  { deleterId, reason }: Deletion,
): Promise<void> {
  const { pending, succeeded, rejected } = moderationStatus
  const settle = (table: string, status: number) =>
    em.execute(
      `UPDATE ${table} SET status = ?, updated_at = ?::timestamp WHERE post_id = ANY (?::int[]) AND status = ?`,
      [status, now, idArray(ids), pending],
      'run',
    )
  await settle('post_flags', succeeded)
  await settle('post_appeals', rejected)
  await em.execute(
    `INSERT INTO post_flags (post_id, creator_id, reason, status, created_at, updated_at)
     SELECT id, ?, ?, ?, ?::timestamp, ?::timestamp FROM unnest(?::int[]) AS id ORDER BY id`,
    [deleterId, reason, succeeded, now, now, idArray(ids)],
    'run',
  )
}

async function markDeleted({ em, now }: UnitOfWork, ids: readonly number[]): Promise<void> {
  await em.execute(
    `UPDATE posts SET is_deleted = true, is_pending = false, is_flagged = false, updated_at = ?::timestamp
     WHERE id = ANY (?::int[]) AND (NOT is_deleted OR is_pending OR is_flagged)`,
    [now, idArray(ids)],
    'run',
  )
}

/** A post that was deleted before changes nothing for its parent. */
function parentsOf(plans: readonly SavePlan[]): number[] {
  const parents = plans.flatMap(({ isDeleted, parentId }) =>
    isDeleted || parentId === null ? [] : [parentId],
  )
  return [...new Set(parents)].sort((a, b) => a - b)
}

async function logDeletions(
  work: UnitOfWork,
  ids: readonly number[],
  { deleterId, reason }: Deletion,
): Promise<void> {
  await writeModActions(
    work,
    ids.map((id) => ({
      category: 'post_delete',
      creatorId: deleterId,
      description: `deleted post #${id}, reason: ${reason}`,
      subject: { type: 'Post', id },
    })),
  )
}
