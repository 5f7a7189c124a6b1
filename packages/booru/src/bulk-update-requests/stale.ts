import type { EntityManager } from '@mikro-orm/postgresql'
import { postToForum } from '../forum/post.ts'
import type { UnitOfWork } from '../unit-of-work.ts'

/** Requests wait this long for approval, in days; the warning comes five days before. */
export const warnAfterDays = 40
export const rejectAfterDays = 45

/** Posted in the topics of requests; compared with what was posted before, so the text must not change. */
export const staleWarning = 'This bulk update request is pending automatic rejection in 5 days.'
export const staleRejection =
  'This bulk update request has been rejected because it was not approved within 45 days.'

/** Whether a request is to be warned about or rejected. */
export type Staleness = 'warn' | 'reject'

const ages: Record<Staleness, string> = {
  warn: `created_at >= ?::timestamp - interval '${rejectAfterDays} days'
    AND created_at < ?::timestamp - interval '${warnAfterDays} days'`,
  reject: `created_at < least(?::timestamp, ?::timestamp) - interval '${rejectAfterDays} days'`,
}

/**
 * The next pending requests of that age by id. Requests without a topic cannot be warned about. Danbooru's
 * `BulkUpdateRequestPruner` at commit b43a913ad7.
 */
export async function staleRequests(
  em: EntityManager,
  staleness: Staleness,
  { now, afterId, limit }: { now: Date; afterId: number; limit: number },
): Promise<number[]> {
  const rows = await em.execute<{ id: number }[]>(
    `SELECT id FROM bulk_update_requests
     WHERE status = 'pending' AND ${ages[staleness]} AND id > ?
       ${staleness === 'warn' ? 'AND forum_topic_id IS NOT NULL' : ''}
     ORDER BY id LIMIT ?`,
    [now, now, afterId, limit],
  )
  return rows.map(({ id }) => id)
}

/** What became of a warning. */
export type Warned = 'warned' | 'warned-before' | 'not-pending' | 'refused'

/**
 * Posts the warning in the request's topic, once per topic: a second request there gets none of its own. The topic is locked
 * first, so that two runs at once do not both post.
 */
export async function warnAboutRequest(
  work: UnitOfWork,
  requestId: number,
  systemId: number,
): Promise<Warned> {
  const [request] = await work.em.execute<{ forum_topic_id: number }[]>(
    `SELECT forum_topic_id FROM bulk_update_requests
     WHERE id = ? AND status = 'pending' AND forum_topic_id IS NOT NULL FOR SHARE`,
    [requestId],
  )
  if (request === undefined) return 'not-pending'
  const topicId = request.forum_topic_id
  await work.em.execute('SELECT id FROM forum_topics WHERE id = ? FOR NO KEY UPDATE', [topicId])
  const before = await work.em.execute(
    'SELECT id FROM forum_posts WHERE topic_id = ? AND creator_id = ? AND body = ? LIMIT 1',
    [topicId, systemId, staleWarning],
  )
  if (before.length > 0) return 'warned-before'
  const posted = await postToForum(work, { topicId, creatorId: systemId, body: staleWarning })
  return posted.kind === 'posted' ? 'warned' : 'refused'
}
