import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Deletes the disapprovals of posts that were disapproved more than a month ago (Danbooru's `PrunePostDisapprovalsJob`).
 *
 * Enqueued daily by the maintenance schedule.
 */
export const prunePostDisapprovals = defineMaintenanceJob({
  name: 'prune-post-disapprovals',
  title: 'Forget old post disapprovals',
  timeLimit: '1h',
})
