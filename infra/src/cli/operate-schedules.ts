import type { AuditAction } from '@danbooru-jobs/actors/operate'
import { UnknownScheduleError } from '@danbooru-jobs/actors/operate'
import { readSettings, systemClock } from '@danbooru-jobs/actors/program'
import {
  type MaintenanceSchedules,
  maintenanceSettings,
  openMaintenanceSchedules,
} from '@danbooru-jobs/maintenance'
import { ExpectedError } from '../expected-error.ts'
import { schedulesText } from './format/schedules.ts'
import type { Answer } from './operate-jobs.ts'
import { type Controls, withControls } from './with-control.ts'

/** Every schedule with its last and its next run. */
export function listAll(): Promise<Answer> {
  return withControls(async (controls) => {
    const value = await open(controls).list()
    return { value, text: schedulesText(value) }
  })
}

/** Enqueues the job of a schedule now. */
export function runSchedule(name: string): Promise<Answer> {
  return operate(name, 'schedule.run', async (schedules) => {
    const value = await schedules.run(name)
    const text =
      value.status === 'already-queued'
        ? `${name} is queued or running already.`
        : `${name} is queued: ${value.id}`
    return { value, text }
  })
}

/** Stops a schedule until it is resumed. */
export function pauseOne(name: string): Promise<Answer> {
  return operate(name, 'schedule.pause', async (schedules) => {
    await schedules.pause(name)
    return { value: { name, paused: true }, text: `${name} is paused.` }
  })
}

/** Lets a paused schedule go on. */
export function resumeOne(name: string): Promise<Answer> {
  return operate(name, 'schedule.resume', async (schedules) => {
    const value = await schedules.resume(name)
    return { value, text: `${name} goes on.` }
  })
}

function operate(
  name: string,
  action: AuditAction,
  deed: (schedules: MaintenanceSchedules) => Promise<Answer>,
): Promise<Answer> {
  return withControls(async (controls) => {
    try {
      const answer = await deed(open(controls))
      await controls.audit(action, { schedule: name })
      return answer
    } catch (error) {
      if (error instanceof UnknownScheduleError)
        throw new ExpectedError(`There is no schedule ${name}: see "danbooru-jobs schedules list".`)
      throw error
    }
  })
}

function open({ nats, jsm, database }: Controls): MaintenanceSchedules {
  return openMaintenanceSchedules(
    { nats, jsm, database, clock: systemClock },
    readSettings(maintenanceSettings, process.env).MAINTENANCE_TIME_ZONE,
  )
}
