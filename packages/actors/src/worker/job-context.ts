import type { MessageContext } from '@danbooru-jobs/contracts'
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
  /** The trace that the job belongs to; what it enqueues and reports inherits it. Set by a step that traces. */
  trace: Pick<MessageContext, 'traceparent' | 'tracestate'>
  /**
   * Aborted when the time limit is over, the job is cancelled, or the service stops and its grace period is over. The reason
   * is the error to throw; `signal.throwIfAborted()` between two steps is all a handler has to do.
   */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Logs with the job's id, type and attempt. */
  readonly log: Logger
  /** Tells how far the job is; shown while it runs, at most about once a second. */
  progress(value: Json): void
  /** Adds a line to the job's own log; shown while it runs and kept with the job. */
  note(line: string): void
  /**
   * One unit of work: what is written through `em` and what is sent through `outbox` become true together, or not at all.
   */
  transaction<Result>(work: TransactionWork<Result>): Promise<Result>
  /** An entity manager outside of any transaction: for reading, and for what PostgreSQL does not allow in one (`VACUUM`). */
  outsideTransaction(): Parameters<TransactionWork<unknown>>[0]
  /**
   * True the first time it is asked in this job, for all attempts together; remembered in the transaction of `em`. For effects
   * that are not harmless to repeat.
   */
  once(em: Parameters<TransactionWork<unknown>>[0], step?: string): Promise<boolean>
}
