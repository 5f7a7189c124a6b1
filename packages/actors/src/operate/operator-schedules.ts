import type { ScheduleReference } from '@danbooru-jobs/contracts/wire'
import type { EntityManager } from '@mikro-orm/postgresql'
import {
  listSchedules,
  pauseSchedule,
  type ResumeResult,
  type RunScheduleResult,
  resumeSchedule,
  runScheduleNow,
  type ScheduleStatus,
} from '../schedule/operate.ts'
import { openScheduleSet, type ScheduleSet } from '../schedule/schedule-set.ts'
import { sqlOfEntityManager } from '../sql/run-sql.ts'
import { Audit, type AuditAction } from './audit.ts'
import type { OperatorConnections } from './connections.ts'

/**
 * The schedules of all sets. They are known by their rows: whichever service declares them, it need not run, and its code is not
 * needed. Each action and its audit record are one transaction.
 */
export class OperatorSchedules {
  readonly #connections: OperatorConnections
  readonly #audit: Audit

  constructor(connections: OperatorConnections) {
    this.#connections = connections
    this.#audit = new Audit(connections)
  }

  /** Every schedule with its last and next runs; none before its service has run once. */
  list(): Promise<ScheduleStatus[]> {
    return listSchedules(this.#connections)
  }

  /**
   * Stops a schedule until it is resumed, everywhere and across restarts. What is enqueued already runs.
   *
   * @throws UnknownScheduleError
   */
  pause(schedule: ScheduleReference): Promise<void> {
    return this.#act('schedule.pause', schedule, pauseSchedule)
  }

  /**
   * Lets a paused schedule continue. The times at which it was due meanwhile are treated as its catch-up policy says.
   *
   * @throws UnknownScheduleError
   */
  resume(schedule: ScheduleReference): Promise<ResumeResult> {
    return this.#act('schedule.resume', schedule, resumeSchedule)
  }

  /**
   * Enqueues the job of a schedule now, in addition to its regular times and even if it is paused.
   *
   * @throws UnknownScheduleError
   */
  runNow(schedule: ScheduleReference): Promise<RunScheduleResult> {
    return this.#act('schedule.run', schedule, runScheduleNow)
  }

  #act<Result>(
    action: AuditAction,
    { set, name }: ScheduleReference,
    act: (em: EntityManager, set: ScheduleSet, name: string) => Promise<Result>,
  ): Promise<Result> {
    const opened = openScheduleSet(set, this.#connections)
    return this.#connections.database.transaction(async (em) => {
      const result = await act(em, opened, name)
      await this.#audit.record(sqlOfEntityManager(em), action, { set, schedule: name })
      return result
    })
  }
}
