import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Sets `tags.post_count` to the number of posts that carry the tag (Danbooru's `RegeneratePostCountsJob`).
 *
 * Enqueued hourly by the maintenance schedule.
 */
export const regeneratePostCounts = defineMaintenanceJob({
  name: 'regenerate-post-counts',
  title: 'Correct the post counts of tags',
})
