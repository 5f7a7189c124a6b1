import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { id, timestamp, varchar } from './columns.ts'

/** A change of a user's name, carried out at once; the rows are the history of names. */
export const UserNameChangeRequest = defineEntity({
  name: 'UserNameChangeRequest',
  tableName: 'user_name_change_requests',
  properties: {
    id: id(),
    userId: p.integer(),
    originalName: varchar(),
    desiredName: varchar(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
  },
})
export type UserNameChangeRequest = InferEntity<typeof UserNameChangeRequest>
