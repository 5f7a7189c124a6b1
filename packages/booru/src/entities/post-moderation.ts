import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { Code } from './codes.ts'
import { id, timestamp, varchar } from './columns.ts'

/** `post_flags.status` and `post_appeals.status`. A flag succeeds when the post is deleted, an appeal when it is approved. */
export const moderationStatus = { pending: 0, succeeded: 1, rejected: 2 } as const

/** An approver's mark not to approve a post in the queue. */
export const PostDisapproval = defineEntity({
  name: 'PostDisapproval',
  tableName: 'post_disapprovals',
  properties: {
    id: id(),
    userId: p.integer(),
    postId: p.integer(),
    createdAt: timestamp().nullable(),
    updatedAt: timestamp().nullable(),
    reason: varchar().$type<'breaks_rules' | 'poor_quality' | 'disinterest'>(),
    message: p.text().nullable(),
  },
})
export type PostDisapproval = InferEntity<typeof PostDisapproval>

/** A request to delete a post; every deletion leaves one too, with status succeeded. */
export const PostFlag = defineEntity({
  name: 'PostFlag',
  tableName: 'post_flags',
  properties: {
    id: id(),
    postId: p.integer(),
    creatorId: p.integer(),
    reason: p.text(),
    isResolved: p.boolean().default(false),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    status: p.integer().$type<Code<typeof moderationStatus>>().default(0),
  },
})
export type PostFlag = InferEntity<typeof PostFlag>

/** A request to restore a deleted post. */
export const PostAppeal = defineEntity({
  name: 'PostAppeal',
  tableName: 'post_appeals',
  properties: {
    id: id(),
    postId: p.integer(),
    creatorId: p.integer(),
    reason: p.text(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    status: p.integer().$type<Code<typeof moderationStatus>>().default(0),
  },
})
export type PostAppeal = InferEntity<typeof PostAppeal>

/** An approver's approval of a post. */
export const PostApproval = defineEntity({
  name: 'PostApproval',
  tableName: 'post_approvals',
  properties: {
    id: id(),
    userId: p.integer(),
    postId: p.integer(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
  },
})
export type PostApproval = InferEntity<typeof PostApproval>
