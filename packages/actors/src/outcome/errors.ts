import type { Duration } from '@danbooru-jobs/contracts'
import { milliseconds } from '@danbooru-jobs/contracts/wire'
import type { Outcome } from './outcome.ts'
import { isUnavailableState } from './sql-state.ts'

/**
 * An error that says what is to become of the job. Any other error means: retry.
 *
 * `code` is stable; it is what the history and the metrics group by.
 */
export abstract class JobError extends Error {
  abstract readonly code: string
  abstract outcome(): Outcome
}

/** Leads to a retry, after the given delay if there is one and after the job type's back-off otherwise. */
export class RetryableError extends JobError {
  override readonly name = 'RetryableError'
  readonly code = 'retryable'
  readonly after: number | undefined

  constructor(message: string, options: ErrorOptions & { readonly after?: Duration } = {}) {
    super(message, options)
    this.after = options.after === undefined ? undefined : milliseconds(options.after)
  }

  override outcome(): Outcome {
    return this.after === undefined
      ? { kind: 'retry', error: this }
      : { kind: 'retry', error: this, after: this.after }
  }
}

/** Leads to a discard: no later attempt can succeed. */
export class DiscardError extends JobError {
  override readonly name: string = 'DiscardError'
  readonly code: string = 'discarded'

  override outcome(): Outcome {
    return { kind: 'discard', reason: `${this.code}: ${this.message}`, error: this }
  }
}

/**
 * Leads to a discard: the record that the job is about does not exist any more. Danbooru's `ApplicationJob` discards
 * such jobs too (`discard_on ActiveJob::DeserializationError`).
 */
export class RecordGoneError extends DiscardError {
  override readonly name = 'RecordGoneError'
  override readonly code = 'record-gone'

  constructor(record: string, id: number | string) {
    super(`${record} #${id} does not exist`)
  }
}

/** Leads to a cancelled job. */
export class CancelledError extends JobError {
  override readonly name = 'CancelledError'
  readonly code = 'cancelled'

  override outcome(): Outcome {
    return { kind: 'cancel', reason: this.message }
  }
}

/** Leads to a retry: the attempt ran longer than the job type's `timeLimit`. */
export class TimeLimitError extends JobError {
  override readonly name = 'TimeLimitError'
  readonly code = 'time-limit-exceeded'

  constructor(limit: number) {
    super(`the attempt ran longer than its time limit of ${limit / 1000} s`)
  }

  override outcome(): Outcome {
    return { kind: 'retry', error: this }
  }
}

/** Leads to the same attempt again elsewhere: the service is stopping and the grace period is over. Counts no attempt. */
export class InterruptedError extends JobError {
  override readonly name = 'InterruptedError'
  readonly code = 'interrupted'

  constructor() {
    super('the service is stopping')
  }

  override outcome(): Outcome {
    return { kind: 'snooze', after: 1, reason: 'interrupted' }
  }
}

/**
 * Leads to the same attempt again a little later: PostgreSQL cannot be reached, for which the job is not to blame. Counts no
 * attempt, or a restart of the database would discard every job that is running.
 */
export class DatabaseUnreachableError extends JobError {
  override readonly name = 'DatabaseUnreachableError'
  readonly code = 'database-unreachable'

  override outcome(): Outcome {
    return { kind: 'snooze', after: 5_000, reason: this.code }
  }
}

/** What an error thrown by a handler means for its job. */
export function outcomeOfError(thrown: unknown): Outcome {
  if (thrown instanceof JobError) return thrown.outcome()
  if (!(thrown instanceof Error)) return { kind: 'retry', error: new Error(String(thrown)) }
  // A statement outside of a transaction is not translated by the database.
  const isUnavailable = 'code' in thrown && typeof thrown.code === 'string' && isUnavailableState(thrown.code)
  if (isUnavailable) return new DatabaseUnreachableError(thrown.message, { cause: thrown }).outcome()
  return { kind: 'retry', error: thrown }
}
