import { z } from 'zod'
import { defineEvent } from '../../define/define-event.ts'
import { subjectToken } from '../../wire/subject-token.ts'
import { recordId } from '../record-id.ts'

/**
 * A moderator action was written (Danbooru's `ModAction`).
 *
 * Published through the outbox of the transaction that wrote the row, on `events.mod-action.<category>`.
 */
export const modActionCreated = defineEvent({
  subject: ({ category }) => `events.mod-action.${subjectToken(category)}`,
  filter: 'events.mod-action.*',
  title: 'A moderator action was written',
  payload: z.object({
    modActionId: recordId,
    /** The category's name, as `user_delete`. */
    category: z.string().regex(/^[a-z][a-z_]{0,62}$/, 'expected a category such as user_delete'),
    /** The category's number in `mod_actions.category`. */
    categoryId: z.int().min(0).max(2_147_483_647),
    creatorId: recordId,
    /** DText. */
    description: z.string(),
    /** Danbooru's class name, as `User`; null where the action has no subject. */
    subjectType: z.string().nullable(),
    subjectId: recordId.nullable(),
    createdAt: z.iso.datetime(),
  }),
})
