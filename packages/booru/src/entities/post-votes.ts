import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { id, timestamp } from './columns.ts'

/** A vote on a post. A withdrawn vote stays with `isDeleted`; only one vote per user and post is not deleted. */
export const PostVote = defineEntity({
  name: 'PostVote',
  tableName: 'post_votes',
  properties: {
    id: id(),
    postId: p.integer(),
    userId: p.integer(),
    score: p.integer().$type<1 | -1>(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    isDeleted: p.boolean().nullable().default(false),
  },
})
export type PostVote = InferEntity<typeof PostVote>
