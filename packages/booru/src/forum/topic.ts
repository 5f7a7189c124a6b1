import { ForumTopic, type forumTopicCategories } from '../entities/index.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { postToForum } from './post.ts'

/** A forum topic to be opened. */
export interface NewTopic {
  /** At most 200 characters. */
  readonly title: string
  /** The first post, DText. */
  readonly body: string
  readonly creatorId: number
  readonly categoryId: (typeof forumTopicCategories)[keyof typeof forumTopicCategories]
}

/**
 * Opens a forum topic with its first post. Danbooru's `ForumTopic` at commit b43a913ad7.
 *
 * @returns the topic's id.
 * @throws RangeError if the title or the first post is blank or too long; nothing may be committed then.
 */
export async function openForumTopic(work: UnitOfWork, topic: NewTopic): Promise<number> {
  const { title, body, creatorId, categoryId } = topic
  const length = [...title].length
  if (title.trim() === '' || length > 200)
    throw new RangeError('a topic needs a title of 1 to 200 characters')
  const { em, now } = work
  const people = { creatorId, updaterId: creatorId }
  const topicId = await em.insert(ForumTopic, {
    title,
    categoryId,
    ...people,
    createdAt: now,
    updatedAt: now,
  })
  const posted = await postToForum(work, { topicId, creatorId, body })
  if (posted.kind === 'refused')
    throw new RangeError(`the first post of a topic was refused: ${posted.reason}`)
  return topicId
}

/**
 * The topic of exactly this title, opened if there is none. Of several the one that is not deleted is taken, then the oldest.
 */
export async function findOrOpenForumTopic(work: UnitOfWork, topic: NewTopic): Promise<number> {
  const [found] = await work.em.execute<{ id: number }[]>(
    'SELECT id FROM forum_topics WHERE title = ? ORDER BY is_deleted, id LIMIT 1',
    [topic.title],
  )
  return found?.id ?? openForumTopic(work, topic)
}
