import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { id, timestamp, varchar } from './columns.ts'

export type TagRelationshipStatus = 'active' | 'deleted' | 'retired'

/** `antecedentName` is replaced by `consequentName` on every post. */
export const TagAlias = defineEntity({
  name: 'TagAlias',
  tableName: 'tag_aliases',
  properties: {
    id: id(),
    antecedentName: varchar(),
    consequentName: varchar(),
    creatorId: p.integer(),
    forumTopicId: p.integer().nullable(),
    status: varchar().$type<TagRelationshipStatus>().default('active'),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    approverId: p.integer().nullable(),
    forumPostId: p.integer().nullable(),
    reason: p.text().default(''),
  },
})
export type TagAlias = InferEntity<typeof TagAlias>

/** Every post with `antecedentName` gets `consequentName` too. */
export const TagImplication = defineEntity({
  name: 'TagImplication',
  tableName: 'tag_implications',
  properties: {
    id: id(),
    antecedentName: varchar(),
    consequentName: varchar(),
    creatorId: p.integer(),
    forumTopicId: p.integer().nullable(),
    status: varchar().$type<TagRelationshipStatus>().default('active'),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    approverId: p.integer().nullable(),
    forumPostId: p.integer().nullable(),
    reason: p.text().default(''),
  },
})
export type TagImplication = InferEntity<typeof TagImplication>
