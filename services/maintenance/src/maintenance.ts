import { scheduler } from '@danbooru-jobs/actors'
import { maintenanceSchedules, maintenanceSet, maintenanceSettings } from './schedules.ts'

export * from './run-all.ts'
export * from './schedules.ts'

/** Enqueues Danbooru's maintenance jobs every hour, day, week and month. */
export const maintenance = scheduler(
  maintenanceSet,
  ({ MAINTENANCE_TIME_ZONE }) => maintenanceSchedules(MAINTENANCE_TIME_ZONE),
  { title: 'Runs the maintenance jobs every hour, day, week and month', settings: maintenanceSettings },
)

export { booruDatabase as database } from '@danbooru-jobs/booru'
