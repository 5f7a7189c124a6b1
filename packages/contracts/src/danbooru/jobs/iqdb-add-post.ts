import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'
import { recordId } from '../record-id.ts'

/**
 * Adds a post's thumbnail to the image search server, replacing what is there (Danbooru's `IqdbAddPostJob`).
 *
 * Enqueued when a post is created, regenerated or replaced, when its media asset is regenerated, and for every post when the
 * image search is built anew.
 */
export const iqdbAddPost = defineJob({
  name: 'iqdb-add-post',
  title: 'Add a post to the image search',
  payload: z.object({ postId: recordId }),
  delivery: { attempts: 10, timeLimit: '5m' },
})
