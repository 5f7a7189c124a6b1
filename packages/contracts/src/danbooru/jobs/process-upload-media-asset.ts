import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'
import { recordId } from '../record-id.ts'

/**
 * Fetches one file of an upload, validates it and stores it with its variants (Danbooru's `ProcessUploadMediaAssetJob`).
 *
 * Enqueued when an upload media asset without an attached file is created, in the same transaction.
 */
export const processUploadMediaAsset = defineJob({
  name: 'process-upload-media-asset',
  title: 'Fetch and store one file of an upload',
  payload: z.object({ uploadMediaAssetId: recordId }),
  delivery: {
    timeLimit: '1h',
    priority: -10,
    unique: { mode: 'while-queued-or-running', key: ({ uploadMediaAssetId }) => String(uploadMediaAssetId) },
  },
})
