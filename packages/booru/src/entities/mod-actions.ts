import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { ModActionCategory } from '../mod-actions/categories.ts'
import { id, timestamp, varchar } from './columns.ts'

/** The public log of what moderators did. `description` is DText; `subjectType` is a class name of Danbooru. */
export const ModAction = defineEntity({
  name: 'ModAction',
  tableName: 'mod_actions',
  properties: {
    id: id(),
    creatorId: p.integer(),
    description: p.text(),
    createdAt: timestamp(),
    updatedAt: timestamp(),
    category: p.integer().$type<ModActionCategory>(),
    subjectType: varchar().nullable(),
    subjectId: p.integer().nullable(),
  },
})
export type ModAction = InferEntity<typeof ModAction>
