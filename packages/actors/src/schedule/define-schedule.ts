import type { Duration, JobType, PayloadInputOf } from '@danbooru-jobs/contracts'
import { type CronRule, milliseconds } from '@danbooru-jobs/contracts/wire'
import { checkRule } from './calendar.ts'

/**
 * What becomes of the times at which a schedule was due while no scheduler ran: NATS or its services were down, or it was paused.
 *
 * - `none`: they are given up; the next one comes.
 * - `last`: one run for all of them, at once.
 * - `all`: a run for each of them that is not older than `window`, the newest `max` of them, in order.
 */
export type CatchUp = 'none' | 'last' | { readonly all: { readonly max: number; readonly window: Duration } }

/**
 * What happens when a schedule is due while its last job is still queued or running.
 *
 * - `skip`: nothing; it is counted. The job type must be unique while queued or running.
 * - `queue`: another job is enqueued behind it. Whether the two run at once is up to the job type's `maxRunning`.
 */
export type Overlap = 'skip' | 'queue'

/** A schedule: which job is enqueued when. Made with {@link defineSchedule}. */
export interface Schedule {
  /** In kebab-case, unique in its set; part of the subject `cron.<set>.<name>`. */
  readonly name: string
  readonly job: JobType
  readonly payload: unknown
  readonly rule: CronRule
  readonly overlap: Overlap
  readonly catchUp: CatchUp
}

/** What is written to declare a schedule. */
export interface ScheduleDeclaration<Type extends JobType> {
  /** Default: the job type's name. */
  readonly name?: string
  readonly job: Type
  readonly payload: PayloadInputOf<Type>
  /** Six fields: second, minute, hour, day of month, month, day of week (0 is Sunday). */
  readonly cron: string
  /** IANA name. Default UTC. */
  readonly timeZone?: string
  /** Default `skip` for job types that are unique while queued or running, `queue` for others. */
  readonly overlap?: Overlap
  /** Default `last`. */
  readonly catchUp?: CatchUp
}

/**
 * Declares a schedule.
 *
 * @throws TypeError if a part of it makes no sense or the parts contradict each other.
 * @throws PayloadInvalidError later, when it is due, if the payload does not fit.
 */
export function defineSchedule<Type extends JobType>(declaration: ScheduleDeclaration<Type>): Schedule {
  const { job, payload } = declaration
  const name = declaration.name ?? job.name
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new TypeError(`a schedule is named in kebab-case, not "${name}"`)
  }
  const rule = { cron: declaration.cron, timeZone: declaration.timeZone ?? 'UTC' }
  checkRule(rule)
  const unique = job.delivery.unique?.mode === 'while-queued-or-running'
  const overlap = declaration.overlap ?? (unique ? 'skip' : 'queue')
  if (overlap === 'skip' && !unique) {
    throw new TypeError(
      `schedule ${name}: overlap "skip" needs a job type that is unique while queued or running`,
    )
  }
  const catchUp = declaration.catchUp ?? 'last'
  checkCatchUp(name, catchUp, overlap)
  return { name, job, payload, rule, overlap, catchUp }
}

function checkCatchUp(name: string, catchUp: CatchUp, overlap: Overlap): void {
  if (typeof catchUp === 'string') return
  const { max, window } = catchUp.all
  if (!Number.isInteger(max) || max < 1 || max > 1_000) {
    throw new TypeError(`schedule ${name}: catch-up "all" takes 1 to 1,000 runs, not ${max}`)
  }
  milliseconds(window)
  if (overlap === 'skip') {
    throw new TypeError(
      `schedule ${name}: catch-up "all" needs overlap "queue": each run would skip the next`,
    )
  }
}
