import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { bigId, timestamp6 } from './columns.ts'
import type { Rating } from './posts.ts'

/** An edit of a post: what it looked like afterwards and what changed. */
export const PostVersion = defineEntity({
  name: 'PostVersion',
  tableName: 'post_versions',
  properties: {
    id: bigId(),
    createdAt: timestamp6(),
    updatedAt: timestamp6(),
    postId: p.bigint('number'),
    updaterId: p.bigint('number'),
    version: p.integer().default(1),
    parentChanged: p.boolean().default(false),
    ratingChanged: p.boolean().default(false),
    sourceChanged: p.boolean().default(false),
    parentId: p.integer().nullable(),
    rating: p.string().columnType('character varying(1)').$type<Rating>(),
    source: p.text().default(''),
    tags: p.text().default(''),
    addedTags: p
      .array()
      .columnType('text[]')
      .onCreate(() => []),
    removedTags: p
      .array()
      .columnType('text[]')
      .onCreate(() => []),
  },
})
export type PostVersion = InferEntity<typeof PostVersion>
