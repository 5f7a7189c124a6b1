import type { Schedule } from '@danbooru-jobs/actors'
import type { Settled } from '@danbooru-jobs/actors/internal'
import {
  listSchedules,
  openScheduleSet,
  pauseSchedule,
  resumeSchedule,
  runScheduleNow,
  type ScheduleConnections,
  type ScheduleStatus,
  UnknownScheduleError,
} from '@danbooru-jobs/actors/operate'
import type { EnqueueResult } from '@danbooru-jobs/contracts'
import { maintenanceSchedules, maintenanceSet } from './schedules.ts'

/** What operators do with the maintenance schedules, by their names. */
export interface MaintenanceSchedules {
  /** All of them with last and next runs; none before the service was started once. */
  list(): Promise<ScheduleStatus[]>
  /** Enqueues the job now. @throws UnknownScheduleError */
  run(name: string): Promise<EnqueueResult>
  /** Stops it until it is resumed. @throws UnknownScheduleError */
  pause(name: string): Promise<void>
  /** Lets it go on; what it missed is treated as its catch-up policy says. @throws UnknownScheduleError */
  resume(name: string): Promise<Settled>
}

/**
 * The maintenance schedules for operators, on connections of the caller's.
 *
 * @param timeZone as the service has it; only the stored zone counts for when something is due.
 */
export function openMaintenanceSchedules(
  connections: ScheduleConnections,
  timeZone: string,
): MaintenanceSchedules {
  const set = openScheduleSet(maintenanceSet, connections)
  const declared = maintenanceSchedules(timeZone)
  const named = (name: string): Schedule => {
    const found = declared.find((schedule) => schedule.name === name)
    if (found === undefined) throw new UnknownScheduleError(maintenanceSet, name)
    return found
  }
  return {
    list: () => listSchedules(set),
    run: async (name) => runScheduleNow(set, named(name)),
    pause: async (name) => pauseSchedule(set, named(name).name),
    resume: async (name) => resumeSchedule(set, named(name)),
  }
}
