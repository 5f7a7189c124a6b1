import { defineMaintenanceJob } from '../define-maintenance-job.ts'

/**
 * Vacuums and analyzes the tables of the database (Danbooru's `VacuumDatabaseJob`).
 *
 * Enqueued daily by the maintenance schedule.
 */
export const vacuumDatabase = defineMaintenanceJob({
  name: 'vacuum-database',
  title: 'Vacuum and analyze the database',
})
