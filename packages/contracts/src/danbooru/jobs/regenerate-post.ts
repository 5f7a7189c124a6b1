import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'
import { recordId } from '../record-id.ts'

/**
 * Rebuilds a post's thumbnails and facts, or only its entry in the image search (Danbooru's `RegeneratePostJob`).
 *
 * Enqueued by moderators (`POST /post_regenerations`) and by operators. Any category but `iqdb` means the images.
 */
export const regeneratePost = defineJob({
  name: 'regenerate-post',
  title: 'Regenerate a post',
  payload: z.object({
    postId: recordId,
    /** The user who requested it; named in the mod action. */
    userId: recordId,
    /** `iqdb` rebuilds the image search entry; anything else, or nothing, the images. */
    category: z.string().max(100).nullish(),
  }),
})
