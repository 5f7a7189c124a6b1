import { LockMode } from '@mikro-orm/core'
import { BulkUpdateRequest } from '../entities/index.ts'
import { postToForum } from '../forum/post.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { findSystemUser } from '../users/system-user.ts'

/** What became of a rejection. `unannounced` says why nothing was posted in the topic: `no-topic` or why the post was refused. */
export type Rejected =
  | { readonly kind: 'rejected'; readonly unannounced?: string }
  | { readonly kind: 'not-pending' }
  | { readonly kind: 'missing' }

/**
 * Rejects a pending bulk update request and says so in its topic. Tags are not touched, and nothing is logged. A request
 * without a topic (an old one) is rejected without a post. Danbooru's `BulkUpdateRequest#reject!` at commit b43a913ad7.
 *
 * @param by the name of who rejects it, and why: the reason is a post of its own before the rejection.
 */
export async function rejectBulkUpdateRequest(
  work: UnitOfWork,
  requestId: number,
  { rejectorName, reason }: { readonly rejectorName: string; readonly reason?: string },
): Promise<Rejected> {
  const request = await work.em.findOne(BulkUpdateRequest, requestId, {
    lockMode: LockMode.PESSIMISTIC_WRITE,
    refresh: true,
  })
  if (request === null) return { kind: 'missing' }
  if (request.status !== 'pending') return { kind: 'not-pending' }
  request.status = 'rejected'
  request.updatedAt = work.now
  await work.em.flush()
  const { forumTopicId: topicId } = request
  if (topicId === null || topicId === undefined) return { kind: 'rejected', unannounced: 'no-topic' }
  const system = await findSystemUser(work.em)
  const announcements = [...(reason === undefined ? [] : [reason]), rejectionNotice(request, rejectorName)]
  for (const body of announcements) {
    const posted = await postToForum(work, { topicId, creatorId: system.id, body })
    if (posted.kind === 'refused') return { kind: 'rejected', unannounced: posted.reason }
  }
  return { kind: 'rejected' }
}

/** What is said in the topic of a rejected request. */
export function rejectionNotice(
  { id, forumPostId }: { id: number; forumPostId?: number | null | undefined },
  rejectorName: string,
): string {
  const request = `The "bulk update request #${id}":/bulk_update_requests?search%5Bid%5D=${id}`
  const place = forumPostId === null || forumPostId === undefined ? '' : ` (forum #${forumPostId})`
  return `${request}${place} has been rejected by @${rejectorName}.`
}
