import type { EntityManager } from '@mikro-orm/postgresql'
import { moderationStatus } from '../entities/index.ts'
import { idArray } from '../sql-parameters.ts'
import { lockWithParents } from './lock.ts'

/** How long posts wait in the moderation queue, in days. Danbooru's configuration `moderation_period`. */
export const moderationDays = 3

/** Why a post is in the moderation queue. Posts are deleted in this order. */
export const queueReasons = ['pending', 'flagged', 'appealed'] as const
export type QueueReason = (typeof queueReasons)[number]

/** Danbooru looks for these texts: they must not change. */
const unapproved = 'Unapproved in three days'
const unapprovedAgain = 'Unapproved in three days after returning to moderation queue'

/** The reason with which posts are deleted that were not approved in time. */
export const expiryReasons: Readonly<Record<QueueReason, string>> = {
  pending: unapproved,
  flagged: unapprovedAgain,
  appealed: unapprovedAgain,
}

const since = `created_at < ?::timestamp - interval '${moderationDays} days'`
const pending = moderationStatus.pending

/** A deleted post with an appeal waits as well, so nothing is asked of the post itself. */
const waiting: Readonly<Record<QueueReason, string>> = {
  pending: `posts.is_pending AND posts.${since}`,
  flagged: `posts.is_flagged AND posts.id IN (SELECT post_id FROM post_flags WHERE status = ${pending} AND ${since})`,
  appealed: `posts.id IN (SELECT post_id FROM post_appeals WHERE status = ${pending} AND ${since})`,
}

/** Where a walk over expired posts stands: by uploader, so that each uploader's points are worked out once or twice. */
export interface ExpiredPost {
  readonly id: number
  readonly uploaderId: number
}

export const beforeAllPosts: ExpiredPost = { id: 0, uploaderId: 0 }

/**
 * The next posts that were not approved in time, by uploader and id. Danbooru's `PostPruner` at commit b43a913ad7.
 */
export async function expiredPosts(
  em: EntityManager,
  reason: QueueReason,
  { now, after, limit }: { now: Date; after: ExpiredPost; limit: number },
): Promise<ExpiredPost[]> {
  const rows = await em.execute<{ id: number; uploader_id: number }[]>(
    `SELECT id, uploader_id FROM posts WHERE ${waiting[reason]} AND (uploader_id, id) > (?, ?)
     ORDER BY uploader_id, id LIMIT ?`,
    [now, after.uploaderId, after.id, limit],
  )
  return rows.map(({ id, uploader_id }) => ({ id, uploaderId: uploader_id }))
}

/** Locks those of the posts that still wait: one may have been approved since it was found. */
export async function lockExpired(
  em: EntityManager,
  reason: QueueReason,
  postIds: readonly number[],
  now: Date,
): Promise<number[]> {
  await lockWithParents(em, postIds)
  const rows = await em.execute<{ id: number }[]>(
    `SELECT id FROM posts WHERE id = ANY (?::int[]) AND ${waiting[reason]} ORDER BY id`,
    [idArray(postIds), now],
  )
  return rows.map(({ id }) => id)
}
