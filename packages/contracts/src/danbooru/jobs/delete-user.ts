import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'
import { recordId } from '../record-id.ts'

/**
 * Removes the private data of a deactivated account and resets its settings (Danbooru's `DeleteUserJob`).
 *
 * Enqueued by the user-deactivation lifecycle, one part after the other, and by operators. `all` does both parts in
 * Danbooru's order. Two jobs for the same user and part are one.
 */
export const deleteUser = defineJob({
  name: 'delete-user',
  title: 'Delete the private data of a deactivated user',
  payload: z.object({
    userId: recordId,
    /** What to do: private data (API keys, saved searches, votes …), the settings, or one after the other. */
    part: z.enum(['all', 'private-data', 'settings']).default('all'),
    /**
     * Whether favorites and upvotes are private and go too. Set by the publisher, which reads it when the account is closed. If left
     * out, it is read from the user's row, where the reset of the settings clears it.
     */
    privateFavorites: z.boolean().optional(),
  }),
  delivery: {
    unique: { mode: 'while-queued-or-running', key: ({ userId, part }) => `${userId}-${part}` },
  },
})
