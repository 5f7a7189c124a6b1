import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Checks the database for corruption and reports what it found to the owner by dmail (Danbooru's `AmcheckDatabaseJob`).
 *
 * Enqueued by operators; Danbooru schedules it nowhere (its line in the hourly list is commented out).
 */
export const amcheckDatabase = defineMaintenanceJob({
  name: 'amcheck-database',
  title: 'Check every index and table of the database for corruption',
})
