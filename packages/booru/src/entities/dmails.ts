import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { id, timestamp } from './columns.ts'

/** A private message, stored once in the mailbox of each correspondent (`ownerId`). */
export const Dmail = defineEntity({
  name: 'Dmail',
  tableName: 'dmails',
  properties: {
    id: id(),
    ownerId: p.integer(),
    fromId: p.integer(),
    toId: p.integer(),
    title: p.text(),
    body: p.text(),
    isRead: p.boolean().default(false),
    isDeleted: p.boolean().default(false),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    isSpam: p.boolean().default(false),
  },
})
export type Dmail = InferEntity<typeof Dmail>
