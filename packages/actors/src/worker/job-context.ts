import type { MessageContext } from '@danbooru-jobs/contracts'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Logger } from 'pino'
import type { TransactionWork } from '../database/database.ts'
import type { Clock } from '../environment/environment.ts'
import type { Json } from '../outcome/outcome.ts'

/** What a handler knows about its job, and what it may use. */
export interface JobContext {
  /** The job's id: the same for every attempt. */
  readonly id: string
  /** The job type's name. */
  readonly type: string
  /** From 1. Snoozes and interruptions do not count. */
  readonly attempt: number
  /** When the job was first enqueued. */
  readonly enqueuedAt: Date
  /** Who asked for the job, if the publisher said so. */
  readonly actor: string | undefined
  /** The trace that the job belongs to; what it enqueues and reports inherits it. Set by middleware that traces. */
  trace: Pick<MessageContext, 'traceparent' | 'tracestate'>
  /**
   * Aborted when the time limit is over, when the job is cancelled, and when the service stops and its grace period is over. The
   * reason is the error to throw: `signal.throwIfAborted()` between two steps is enough.
   */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Logs with the job's id, type and attempt. */
  readonly log: Logger
  /** Reports how far the job is. Shown while it runs, at most about once a second. */
  progress(value: Json): void
  /** Adds a line to the job's own log, which is shown while it runs and kept with the job. */
  note(line: string): void
  /**
   * Runs the work in one database transaction: what it writes through its entity manager and what it puts into its outbox are
   * committed together, or not at all.
   *
   * @throws DatabaseUnreachableError if there is no connection or it breaks.
   */
  transaction<Result>(work: TransactionWork<Result>): Promise<Result>
  /**
   * A new entity manager outside of any transaction: each statement is a transaction of its own. For reading, and for statements
   * that PostgreSQL does not allow in a transaction (`VACUUM`).
   */
  entityManager(): EntityManager
  /**
   * Whether this is the first time that the step is asked for in this job, all attempts together; recorded in the transaction of
   * `em`. For effects that must not be repeated.
   *
   * @param step distinguishes the steps of one job. Default: one unnamed step.
   */
  once(em: EntityManager, step?: string): Promise<boolean>
}
