import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { id, timestamp } from './columns.ts'

/** A named, ordered list of posts of one user. */
export const FavoriteGroup = defineEntity({
  name: 'FavoriteGroup',
  tableName: 'favorite_groups',
  properties: {
    id: id(),
    name: p.text(),
    creatorId: p.integer(),
    postIds: p
      .array(Number, String)
      .columnType('integer[]')
      .onCreate(() => []),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    isPublic: p.boolean().default(true),
  },
})
export type FavoriteGroup = InferEntity<typeof FavoriteGroup>
