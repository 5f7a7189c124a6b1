import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { Code } from './codes.ts'
import { id, timestamp } from './columns.ts'

/** `forum_topics.category_id`. */
export const forumTopicCategories = { general: 0, tags: 1, bugsAndFeatures: 2 } as const

/** A forum topic. Users below `minLevel` do not see it; `responseCount` includes the opening post. */
export const ForumTopic = defineEntity({
  name: 'ForumTopic',
  tableName: 'forum_topics',
  properties: {
    id: id(),
    creatorId: p.integer(),
    updaterId: p.integer(),
    title: p.text(),
    responseCount: p.integer().default(0),
    isSticky: p.boolean().default(false),
    isLocked: p.boolean().default(false),
    isDeleted: p.boolean().default(false),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    categoryId: p.integer().$type<Code<typeof forumTopicCategories>>().default(0),
    minLevel: p.integer().default(0),
  },
})
export type ForumTopic = InferEntity<typeof ForumTopic>

/** A post in a forum topic, written in DText. */
export const ForumPost = defineEntity({
  name: 'ForumPost',
  tableName: 'forum_posts',
  properties: {
    id: id(),
    topicId: p.integer(),
    creatorId: p.integer(),
    updaterId: p.integer(),
    body: p.text(),
    isDeleted: p.boolean().default(false),
    createdAt: timestamp(),
    updatedAt: timestamp(),
  },
})
export type ForumPost = InferEntity<typeof ForumPost>

/** How far a user has read a topic: `lastReadAt` is the topic's `updatedAt` at the time. */
export const ForumTopicVisit = defineEntity({
  name: 'ForumTopicVisit',
  tableName: 'forum_topic_visits',
  properties: {
    id: id(),
    userId: p.integer(),
    forumTopicId: p.integer(),
    lastReadAt: timestamp(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
  },
})
export type ForumTopicVisit = InferEntity<typeof ForumTopicVisit>
