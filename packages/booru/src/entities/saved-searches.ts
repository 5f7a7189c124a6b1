import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { id, timestamp, varchar } from './columns.ts'

/** A tag search that a user saved, with labels. */
export const SavedSearch = defineEntity({
  name: 'SavedSearch',
  tableName: 'saved_searches',
  properties: {
    id: id(),
    userId: p.integer(),
    query: varchar(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    labels: p
      .array()
      .columnType('text[]')
      .onCreate(() => []),
  },
})
export type SavedSearch = InferEntity<typeof SavedSearch>
