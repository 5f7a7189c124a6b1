import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { Code } from './codes.ts'
import { id, timestamp, varchar } from './columns.ts'

/** `tags.category`. */
export const tagCategories = { general: 0, artist: 1, copyright: 3, character: 4, meta: 5 } as const

/** A tag. `postCount` counts every post with the tag, deleted ones too. */
export const Tag = defineEntity({
  name: 'Tag',
  tableName: 'tags',
  properties: {
    id: id(),
    name: varchar(),
    postCount: p.integer().default(0),
    category: p.integer().$type<Code<typeof tagCategories>>().default(0),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    isDeprecated: p.boolean().default(false),
    words: p
      .array()
      .columnType('character varying[]')
      .onCreate(() => []),
  },
})
export type Tag = InferEntity<typeof Tag>
