import type { EnqueueResult } from '@danbooru-jobs/contracts'
import type { CronRule } from '@danbooru-jobs/contracts/wire'
import { nextDue } from './calendar.ts'
import type { Schedule } from './define-schedule.ts'
import { running } from './reconcile.ts'
import type { ScheduleSet } from './schedule-set.ts'
import type { RunOutcome } from './schedule-store.ts'
import { enqueueOptions, type Settled, settleIn } from './settle-due.ts'

/** A schedule as operators see it. */
export interface ScheduleStatus {
  readonly name: string
  /** The job type's name. */
  readonly job: string
  readonly rule: CronRule
  readonly overlap: string
  readonly catchUp: unknown
  /** When its last run was due and what became of it. */
  readonly lastDueAt: Date | undefined
  readonly lastOutcome: RunOutcome | undefined
  readonly lastJobId: string | undefined
  readonly runs: number
  readonly skipped: number
  readonly missed: number
  readonly pausedAt: Date | undefined
  /** When it is due next; undefined while it is paused. */
  readonly nextDueAt: Date | undefined
}

/** There is no schedule of that name. */
export class UnknownScheduleError extends Error {
  override readonly name = 'UnknownScheduleError'
  readonly code = 'schedule-unknown'

  constructor(set: string, name: string) {
    super(`there is no schedule "${name}" in the set "${set}"; list them to see the names`)
  }
}

/** All schedules of the set as stored, by name, with last and next runs. */
export async function listSchedules({ store, database, clock }: ScheduleSet): Promise<ScheduleStatus[]> {
  const rows = await store.all(database.entityManager())
  return rows.map(({ declaration, settledUntil: _, ...row }) => ({
    ...row,
    job: declaration.job,
    overlap: declaration.overlap,
    catchUp: declaration.catchUp,
    nextDueAt: row.pausedAt === undefined ? nextDue(row.rule, clock.now()) : undefined,
  }))
}

/**
 * Stops a schedule until it is resumed, everywhere and across restarts. What is enqueued already runs.
 *
 * @throws UnknownScheduleError
 */
export async function pauseSchedule(set: ScheduleSet, name: string): Promise<void> {
  await set.database.transaction(async (em) => {
    await set.store.lockSet(em)
    const row = await set.store.lock(em, name)
    if (row === undefined) throw new UnknownScheduleError(set.name, name)
    if (row.pausedAt === undefined) await set.store.setPaused(em, name, set.clock.now())
    await set.server.match(running(await set.store.all(em)))
  })
}

/**
 * Lets a paused schedule go on. What it was due for meanwhile is treated as its catch-up policy says.
 *
 * @throws UnknownScheduleError
 */
export async function resumeSchedule(set: ScheduleSet, schedule: Schedule): Promise<Settled> {
  const { name } = schedule
  return set.database.transaction(async (em) => {
    await set.store.lockSet(em)
    const row = await set.store.lock(em, name)
    if (row === undefined) throw new UnknownScheduleError(set.name, name)
    if (row.pausedAt !== undefined) await set.store.setPaused(em, name, undefined)
    await set.server.match(running(await set.store.all(em)))
    return settleIn(em, set, schedule)
  })
}

/**
 * Enqueues the job of a schedule now, beside its regular times and even if it is paused. A unique job that is queued or running
 * already is not enqueued again.
 */
export function runScheduleNow(set: ScheduleSet, schedule: Schedule): Promise<EnqueueResult> {
  return set.publisher.enqueue(schedule.job, schedule.payload, enqueueOptions(set, schedule))
}
