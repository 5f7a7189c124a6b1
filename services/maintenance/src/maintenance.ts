import { daemon } from '@danbooru-jobs/actors'
import { Scheduler } from '@danbooru-jobs/actors/internal'
import { streamName, tickConsumer } from '@danbooru-jobs/contracts/wire'
import { maintenanceSchedules, maintenanceSet, maintenanceTimeZone } from './schedules.ts'

export * from './run-all.ts'
export * from './schedules.ts'

/** Runs Danbooru's maintenance jobs by schedule. Several replicas are safe. */
export const maintenance = daemon({
  name: maintenanceSet,
  title: 'Runs the maintenance jobs every hour, day, week and month',
  usesDatabase: true,
  consumers: [{ stream: streamName.schedules, consumer: tickConsumer(maintenanceSet) }],
  start: (runtime) =>
    new Scheduler(runtime, maintenanceSet, maintenanceSchedules(maintenanceTimeZone(process.env))).start(),
})
