import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Takes approval privileges from approvers with too few approvals, with feedback and a dmail (Danbooru's `PruneApproversJob`).
 *
 * Enqueued monthly by the maintenance schedule.
 */
export const pruneApprovers = defineMaintenanceJob({
  name: 'prune-approvers',
  title: 'Demote inactive approvers',
  timeLimit: '1h',
})
