import type { Operator, ScheduleStatus } from '@danbooru-jobs/actors/operate'
import { ExpectedError } from '../expected-error.ts'
import type { Answer } from './answer.ts'
import { unknownName } from './arguments.ts'
import { UsageError } from './failure.ts'
import { schedulesText } from './format/schedules.ts'
import { answerWatched, type WatchOptions } from './watch.ts'
import { withOperator } from './with-operator.ts'

/** Every schedule with its last and its next run. */
export function listSchedules(options: WatchOptions): Promise<void> {
  return withOperator(({ schedules }) =>
    answerWatched(options, async () => {
      const value = await schedules.list()
      return { value, text: (isColoured) => schedulesText(value, isColoured) }
    }),
  )
}

/** Enqueues the job of a schedule now. @throws {ExpectedError} when an older version stored it without its job */
export async function runSchedule(name: string): Promise<Answer> {
  const value = await onSchedule(name, (schedules, schedule) => schedules.runNow(schedule))
  switch (value.status) {
    case 'accepted':
    case 'duplicate':
      return { value, text: `${name} is queued: ${value.id}` }
    case 'already-queued':
      return { value, text: `${name} is queued or running already.` }
    case 'outdated':
      throw new ExpectedError(`${name} was stored by an older version: start its service once, then run it.`)
    default:
      return value satisfies never
  }
}

/** Stops a schedule until it is resumed. */
export async function pauseOne(name: string): Promise<Answer> {
  await onSchedule(name, (schedules, schedule) => schedules.pause(schedule))
  return { value: { name, paused: true }, text: `${name} is paused.` }
}

/** Lets a paused schedule continue. */
export async function resumeOne(name: string): Promise<Answer> {
  const value = await onSchedule(name, (schedules, schedule) => schedules.resume(schedule))
  return { value, text: `${name} is resumed.` }
}

function onSchedule<Result>(
  name: string,
  act: (schedules: Operator['schedules'], schedule: ScheduleStatus) => Promise<Result>,
): Promise<Result> {
  return withOperator(async ({ schedules }) => act(schedules, scheduleNamed(await schedules.list(), name)))
}

/**
 * The schedule of that name, which may begin with its set: `prune-posts`, `maintenance.prune-posts`.
 *
 * @throws {UsageError} naming those that exist, or the sets that have one of that name
 */
export function scheduleNamed(all: readonly ScheduleStatus[], name: string): ScheduleStatus {
  const fullName = (schedule: ScheduleStatus) => `${schedule.set}.${schedule.name}`
  const found = all.filter((one) => one.name === name || fullName(one) === name)
  const [first] = found
  if (first === undefined) {
    const names = all.map((one) => one.name)
    return unknownName('schedule', name, new Set(names).size < names.length ? all.map(fullName) : names)
  }
  if (found.length > 1)
    throw new UsageError(`Several sets have a schedule "${name}": ${found.map(fullName).join(', ')}.`)
  return first
}
