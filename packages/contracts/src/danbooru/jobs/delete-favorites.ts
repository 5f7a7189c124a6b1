import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'
import { recordId } from '../record-id.ts'

/**
 * Deletes every favorite of a user, private or not (Danbooru's `DeleteFavoritesJob`).
 *
 * Enqueued by the user-deactivation lifecycle when the account's favorites are private, and by operators.
 */
export const deleteFavorites = defineJob({
  name: 'delete-favorites',
  title: 'Delete all favorites of a user',
  payload: z.object({ userId: recordId }),
  delivery: { unique: { mode: 'while-queued-or-running', key: ({ userId }) => String(userId) } },
})
