import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Deletes finished jobs from the history after seven days (Danbooru's `PruneJobsJob`).
 *
 * Enqueued daily by the maintenance schedule.
 */
export const pruneJobs = defineMaintenanceJob({
  name: 'prune-jobs',
  title: 'Delete finished jobs older than seven days from the history',
  timeLimit: '1h',
})
