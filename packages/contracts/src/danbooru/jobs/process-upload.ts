import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'
import { recordId } from '../record-id.ts'

/**
 * Finds the images behind an upload's source and creates an upload media asset for each (Danbooru's `ProcessUploadJob`).
 *
 * Enqueued when an upload with a source URL and no files is created, in the same transaction.
 */
export const processUpload = defineJob({
  name: 'process-upload',
  title: 'Find the images of an upload',
  payload: z.object({ uploadId: recordId }),
  delivery: {
    timeLimit: '1h',
    priority: -20,
    unique: { mode: 'while-queued-or-running', key: ({ uploadId }) => String(uploadId) },
  },
})
