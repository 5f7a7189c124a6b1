import type { EntityManager } from '@mikro-orm/postgresql'
import { BulkUpdateRequest, Dmail, ForumPost, ForumTopic, ForumTopicVisit } from '../entities/index.ts'
import { type Ago, written } from './ago.ts'
import { accounts } from './users.ts'

/** Opening posts; topic and post share their id. */
const topics = [
  { id: 1, days: 60, creatorId: accounts.owner, categoryId: 0, title: 'Welcome', body: 'Say hello.' },
  { id: 2, days: 42, creatorId: accounts.builder, categoryId: 1, title: 'Hats', body: 'Headwear is a hat.' },
  {
    id: 3,
    days: 50,
    creatorId: accounts.member,
    categoryId: 1,
    title: 'Clouds',
    body: 'Clouds are in the sky.',
  },
] as const

/** Requests that wait for approval, in the topics of the same ids. */
const requests = [
  { topicId: 2, script: 'create alias headwear -> hat', tags: ['hat', 'headwear'] },
  { topicId: 3, script: 'create implication cloud -> sky', tags: ['cloud', 'sky'] },
]

const readers = [accounts.gold, accounts.member]

/** Topics with posts and readers, one request near its end and one past it, and a message. */
export function seedForum(em: EntityManager, ago: Ago): void {
  for (const { days, creatorId, body, ...topic } of topics) {
    const at = ago(days)
    const people = { creatorId, updaterId: creatorId }
    em.create(ForumTopic, { ...written(at), ...people, ...topic })
    em.create(ForumPost, { ...written(at), ...people, id: topic.id, topicId: topic.id, body })
    for (const userId of readers) {
      em.create(ForumTopicVisit, { ...written(at), userId, forumTopicId: topic.id, lastReadAt: at })
    }

    const request = requests.find(({ topicId }) => topicId === topic.id)
    if (request !== undefined) {
      const place = { forumTopicId: topic.id, forumPostId: topic.id }
      const { script, tags } = request
      em.create(BulkUpdateRequest, { ...written(at), ...place, userId: creatorId, script, tags })
    }
  }
  const reply = { topicId: 1, creatorId: accounts.gold, updaterId: accounts.gold, body: 'Hello!' }
  em.create(ForumPost, { ...written(ago(59)), id: topics.length + 1, ...reply })
  seedDmail(em, ago(6))
}

/** A message is stored once for each correspondent; the sender has read it. */
function seedDmail(em: EntityManager, at: Date): void {
  const message = { fromId: accounts.member, toId: accounts.gold, title: 'Hi', body: 'Nice favorites.' }
  em.create(Dmail, { ...written(at), ...message, ownerId: accounts.member, isRead: true })
  em.create(Dmail, { ...written(at), ...message, ownerId: accounts.gold })
}
