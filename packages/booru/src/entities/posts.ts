import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import { id, timestamp, varchar } from './columns.ts'

/** General, sensitive, questionable, explicit. */
export type Rating = 'g' | 's' | 'q' | 'e'

/**
 * A post. `tagString` is sorted and separated by spaces; `score` is `upScore + downScore`, and `downScore` is
 * never positive.
 */
export const Post = defineEntity({
  name: 'Post',
  tableName: 'posts',
  properties: {
    id: id(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    upScore: p.integer().default(0),
    downScore: p.integer().default(0),
    score: p.integer().default(0),
    source: varchar().default(''),
    md5: varchar(),
    rating: p.string().columnType('character(1)').$type<Rating>().default('q'),
    isPending: p.boolean().default(false),
    isFlagged: p.boolean().default(false),
    isDeleted: p.boolean().default(false),
    uploaderId: p.integer(),
    approverId: p.integer().nullable(),
    lastNotedAt: timestamp().nullable(),
    lastCommentBumpedAt: timestamp().nullable(),
    favCount: p.integer().default(0),
    tagString: p.text().default(''),
    tagCount: p.integer().default(0),
    tagCountGeneral: p.integer().default(0),
    tagCountArtist: p.integer().default(0),
    tagCountCharacter: p.integer().default(0),
    tagCountCopyright: p.integer().default(0),
    fileExt: varchar(),
    fileSize: p.integer(),
    imageWidth: p.integer(),
    imageHeight: p.integer(),
    parentId: p.integer().nullable(),
    hasChildren: p.boolean().default(false),
    isBanned: p.boolean().default(false),
    pixivId: p.integer().nullable(),
    lastCommentedAt: timestamp().nullable(),
    hasActiveChildren: p.boolean().nullable().default(false),
    bitFlags: p.bigint().defaultRaw('0'),
    tagCountMeta: p.integer().default(0),
  },
})
export type Post = InferEntity<typeof Post>
