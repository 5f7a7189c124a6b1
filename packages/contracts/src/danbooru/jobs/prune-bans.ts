import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Clears the banned flag of users whose bans have all run out (Danbooru's `PruneBansJob`).
 *
 * Enqueued daily by the maintenance schedule.
 */
export const pruneBans = defineMaintenanceJob({
  name: 'prune-bans',
  title: 'Lift bans that have run out',
  timeLimit: '1h',
})
