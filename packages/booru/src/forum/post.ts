import { discordNotification } from '@danbooru-jobs/contracts/danbooru'
import { dtextLinks } from '../dtext/links.ts'
import { ForumPost } from '../entities/index.ts'
import { jsonRows } from '../sql-parameters.ts'
import type { UnitOfWork } from '../unit-of-work.ts'

export const longestForumPost = 200_000

/** What became of a forum post; a refused one left no trace. */
export type Posted =
  | { readonly kind: 'posted'; readonly forumPostId: number }
  | {
      readonly kind: 'refused'
      readonly reason: 'topic-missing' | 'topic-deleted' | 'body-blank' | 'body-too-long'
    }

/**
 * Adds a post to a forum topic: indexes its links, makes the topic unread for everybody, and announces the post on Discord
 * after the commit. Mentioned users are not notified: the posts of jobs mention people in passing. A locked topic takes the
 * post; who may write there is the caller's to decide. Danbooru's `ForumPost` and `ForumUpdater` at commit b43a913ad7.
 */
export async function postToForum(
  work: UnitOfWork,
  { topicId, creatorId, body }: { topicId: number; creatorId: number; body: string },
): Promise<Posted> {
  if (body.trim() === '') return { kind: 'refused', reason: 'body-blank' }
  if ([...body].length > longestForumPost) return { kind: 'refused', reason: 'body-too-long' }
  const { em, outbox, now } = work
  const [topic] = await em.execute<{ is_deleted: boolean }[]>(
    'SELECT is_deleted FROM forum_topics WHERE id = ? FOR NO KEY UPDATE',
    [topicId],
  )
  if (topic === undefined) return { kind: 'refused', reason: 'topic-missing' }
  if (topic.is_deleted) return { kind: 'refused', reason: 'topic-deleted' }
  const people = { creatorId, updaterId: creatorId }
  const forumPostId = await em.insert(ForumPost, { topicId, ...people, body, createdAt: now, updatedAt: now })
  await indexLinks(work, forumPostId, body)
  await em.execute(
    'UPDATE forum_topics SET updater_id = ?, response_count = response_count + 1, updated_at = ?::timestamp WHERE id = ?',
    [creatorId, now, topicId],
    'run',
  )
  outbox.enqueue(discordNotification, { forumPostId })
  return { kind: 'posted', forumPostId }
}

async function indexLinks({ em, now }: UnitOfWork, forumPostId: number, body: string): Promise<void> {
  const links = dtextLinks(body)
  if (links.length === 0) return
  await em.execute(
    `INSERT INTO dtext_links (created_at, updated_at, model_type, model_id, link_type, link_target)
     SELECT ?::timestamp, ?::timestamp, 'ForumPost', ?, (link->>'type')::int, link->>'target'
     FROM jsonb_array_elements(?::jsonb) WITH ORDINALITY AS x(link, position) ORDER BY position`,
    [now, now, forumPostId, jsonRows(links)],
    'run',
  )
}
