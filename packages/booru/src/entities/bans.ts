import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { duration, id, timestamp } from './columns.ts'

/** A ban of a user. It ends at `createdAt` plus `duration`; 100 years or more is permanent. */
export const Ban = defineEntity({
  name: 'Ban',
  tableName: 'bans',
  properties: {
    id: id(),
    userId: p.integer(),
    reason: p.text(),
    bannerId: p.integer(),
    duration: duration(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
  },
})
export type Ban = InferEntity<typeof Ban>
