import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Deletes rate limits that were not used for an hour (Danbooru's `PruneRateLimitsJob`).
 *
 * Enqueued hourly by the maintenance schedule.
 */
export const pruneRateLimits = defineMaintenanceJob({
  name: 'prune-rate-limits',
  title: 'Delete stale rate limits',
  timeLimit: '1h',
})
