import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Deletes pending, flagged and appealed posts after three days in the moderation queue (Danbooru's `PrunePostsJob`).
 *
 * Enqueued hourly by the maintenance schedule.
 */
export const prunePosts = defineMaintenanceJob({
  name: 'prune-posts',
  title: 'Delete posts that were not approved in time',
})
