import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Warns by dmail the approvers who will be demoted at the start of next month (Danbooru's `DmailInactiveApproversJob`).
 *
 * Enqueued weekly by the maintenance schedule.
 */
export const dmailInactiveApprovers = defineMaintenanceJob({
  name: 'dmail-inactive-approvers',
  title: 'Warn approvers who are about to lose their privileges',
  timeLimit: '1h',
})
