import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { Level } from '../users/levels.ts'
import { id, inet, timestamp, varchar } from './columns.ts'

/**
 * An account. Every default here is the application's: the table has none. The first account of an empty
 * installation becomes Owner; the system account is DanbooruBot.
 */
export const User = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: id(),
    createdAt: timestamp(),
    updatedAt: timestamp().nullable(),
    name: varchar(),
    inviterId: p.integer().nullable(),
    level: p.integer().$type<Level>().default(20),
    lastLoggedInAt: timestamp().nullable(),
    lastForumReadAt: timestamp().nullable(),
    postUploadCount: p.integer().default(0),
    postUpdateCount: p.integer().default(0),
    noteUpdateCount: p.integer().default(0),
    favoriteCount: p.integer().default(0),
    commentThreshold: p.integer().default(-8),
    defaultImageSize: varchar().$type<'large' | 'original'>().default('large'),
    favoriteTags: p.text().nullable(),
    blacklistedTags: p.text().nullable(),
    timeZone: varchar().default('Eastern Time (US & Canada)'),
    bcryptPasswordHash: p.text(),
    perPage: p.integer().default(20),
    customStyle: p.text().nullable(),
    bitPrefs: p.bigint(),
    lastIpAddr: inet().nullable(),
    unreadDmailCount: p.integer().default(0),
    theme: p.integer().default(0),
    uploadPoints: p.integer().default(1000),
  },
})
export type User = InferEntity<typeof User>
