import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'
import { recordId } from '../record-id.ts'

/**
 * Removes a post from the image search server (Danbooru's `IqdbRemovePostJob`).
 *
 * Enqueued after a post was deleted for good: the row is gone, so an id that names no post is right here.
 */
export const iqdbRemovePost = defineJob({
  name: 'iqdb-remove-post',
  title: 'Remove a post from the image search',
  payload: z.object({ postId: recordId }),
  delivery: { attempts: 10, timeLimit: '5m' },
})
