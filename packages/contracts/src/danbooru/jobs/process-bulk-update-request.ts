import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'
import { recordId } from '../record-id.ts'

/**
 * Carries out an approved bulk update request, command by command (Danbooru's `ProcessBulkUpdateRequestJob`).
 *
 * Enqueued by the approval of the request, in the same transaction. Running a request twice would carry out every command
 * twice, so one request is one job.
 */
export const processBulkUpdateRequest = defineJob({
  name: 'process-bulk-update-request',
  title: 'Carry out a bulk update request',
  payload: z.object({ bulkUpdateRequestId: recordId }),
  delivery: {
    unique: {
      mode: 'while-queued-or-running',
      key: ({ bulkUpdateRequestId }) => String(bulkUpdateRequestId),
    },
  },
})
