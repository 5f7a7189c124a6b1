import type { EnqueueResult } from '@danbooru-jobs/contracts'
import { type CronRule, type ScheduleReference, streamName, subjects } from '@danbooru-jobs/contracts/wire'
import type { EntityManager } from '@mikro-orm/postgresql'
import { subjectCounts } from '../transport/subject-counts.ts'
import { nextDue } from './calendar.ts'
import type { CatchUp, Overlap } from './define-schedule.ts'
import { running } from './reconcile.ts'
import type { ScheduleConnections, ScheduleSet } from './schedule-set.ts'
import { type RunOutcome, type StoredSchedule, scheduleOf, storedSchedules } from './schedule-store.ts'
import { enqueueOptions, type Settled, settleIn } from './settle-due.ts'

/** A schedule as operators see it. */
export interface ScheduleStatus {
  readonly set: string
  /** Unique in its set. */
  readonly name: string
  /** The job type's name. */
  readonly job: string
  readonly payload: unknown
  readonly rule: CronRule
  readonly overlap: Overlap
  readonly catchUp: CatchUp
  /** When its last run was due, and whether its job was enqueued or skipped. */
  readonly lastDueAt: Date | undefined
  readonly lastOutcome: RunOutcome | undefined
  readonly lastJobId: string | undefined
  readonly runs: number
  readonly skipped: number
  readonly missed: number
  readonly pausedAt: Date | undefined
  /** When it is due next; undefined while it is paused. */
  readonly nextDueAt: Date | undefined
  /** Whether the NATS server has it. A schedule that is not paused and not there is restored by its service within a minute. */
  readonly isOnServer: boolean
}

/** What resuming a schedule did at once. `later`: its row was stored by an older version; its service does it within a minute. */
export type ResumeResult = Settled | { readonly kind: 'later' }

/** What enqueueing the job of a schedule did. `outdated`: its row was stored by an older version; start its service once. */
export type RunScheduleResult = EnqueueResult | { readonly status: 'outdated' }

/** There is no schedule of that set and name. */
export class UnknownScheduleError extends Error {
  override readonly name = 'UnknownScheduleError'
  readonly code = 'schedule-unknown'

  constructor({ set, name }: ScheduleReference) {
    super(`there is no schedule "${name}" in the set "${set}"; list them to see the names`)
  }
}

/** The schedules of all sets as stored, by set and name, with last and next runs. */
export async function listSchedules({
  nats,
  database,
  clock,
}: Pick<ScheduleConnections, 'nats' | 'database' | 'clock'>): Promise<ScheduleStatus[]> {
  const rows = await storedSchedules(database.run)
  const onServer = new Set<string>()
  for await (const page of subjectCounts(nats, streamName.schedules, subjects.allCron)) {
    for (const subject of Object.keys(page)) onServer.add(subject)
  }
  return rows.map(({ declaration, settledUntil: _, ...row }) => ({
    ...row,
    job: declaration.job,
    payload: declaration.payload,
    overlap: declaration.overlap,
    catchUp: declaration.catchUp,
    nextDueAt: row.pausedAt === undefined ? nextDue(row.rule, clock.now()) : undefined,
    isOnServer: onServer.has(subjects.cron(row.set, row.name)),
  }))
}

/**
 * Stops a schedule until it is resumed, everywhere and across restarts. What is enqueued already runs.
 *
 * @throws UnknownScheduleError
 */
export async function pauseSchedule(em: EntityManager, set: ScheduleSet, name: string): Promise<void> {
  const row = await locked(em, set, name)
  if (row.pausedAt === undefined) await set.store.setPaused(em, name, set.clock.now())
  await set.server.match(running(await set.store.all(em)))
}

/**
 * Lets a paused schedule continue. The times at which it was due meanwhile are treated as its catch-up policy says.
 *
 * @throws UnknownScheduleError
 */
export async function resumeSchedule(
  em: EntityManager,
  set: ScheduleSet,
  name: string,
): Promise<ResumeResult> {
  const row = await locked(em, set, name)
  if (row.pausedAt !== undefined) await set.store.setPaused(em, name, undefined)
  await set.server.match(running(await set.store.all(em)))
  const schedule = scheduleOf(row)
  return schedule === undefined ? { kind: 'later' } : settleIn(em, set, schedule)
}

/**
 * Enqueues the job of a schedule now, in addition to its regular times and even if it is paused. A unique job that is queued or running
 * is not enqueued again.
 *
 * @throws UnknownScheduleError
 */
export async function runScheduleNow(
  em: EntityManager,
  set: ScheduleSet,
  name: string,
): Promise<RunScheduleResult> {
  const row = await set.store.find(em, name)
  if (row === undefined) throw new UnknownScheduleError({ set: set.name, name })
  const schedule = scheduleOf(row)
  if (schedule === undefined) return { status: 'outdated' }
  return set.publisher.enqueue(schedule.job, schedule.payload, enqueueOptions(set, schedule))
}

async function locked(em: EntityManager, set: ScheduleSet, name: string): Promise<StoredSchedule> {
  await set.store.lockSet(em)
  const row = await set.store.lock(em, name)
  if (row === undefined) throw new UnknownScheduleError({ set: set.name, name })
  return row
}
