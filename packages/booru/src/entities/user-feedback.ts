import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { id, timestamp, varchar } from './columns.ts'

/** Praise or reprimand on an account. The table's name is singular. */
export const UserFeedback = defineEntity({
  name: 'UserFeedback',
  tableName: 'user_feedback',
  properties: {
    id: id(),
    userId: p.integer(),
    creatorId: p.integer(),
    category: varchar().$type<'positive' | 'neutral' | 'negative'>(),
    body: p.text(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    isDeleted: p.boolean().default(false),
  },
})
export type UserFeedback = InferEntity<typeof UserFeedback>
