import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Warns about bulk update requests pending for 40 days and rejects those pending for 45 (Danbooru's `PruneBulkUpdateRequestsJob`).
 *
 * Enqueued daily by the maintenance schedule.
 */
export const pruneBulkUpdateRequests = defineMaintenanceJob({
  name: 'prune-bulk-update-requests',
  title: 'Warn about and reject stale bulk update requests',
  timeLimit: '1h',
})
