import type { Duration } from '@danbooru-jobs/contracts'
import { milliseconds } from '@danbooru-jobs/contracts/wire'

/**
 * How a handler says what became of a job. A handler returns one of these, or throws; what an error means is decided
 * by its class, see `errors.ts`.
 *
 * | outcome | the job | counts an attempt |
 * | --- | --- | --- |
 * | `done` | leaves the queue | – |
 * | `retry` | comes back after the delay, or the job type's back-off | yes |
 * | `snooze` | comes back after the delay | no |
 * | `cancel` | leaves the queue; its caller or an operator wanted that | – |
 * | `discard` | leaves the queue as a dead letter | – |
 */
export type Outcome =
  | { readonly kind: 'done'; readonly result?: Json }
  | { readonly kind: 'retry'; readonly error: Error; readonly after?: number }
  | { readonly kind: 'snooze'; readonly after: number; readonly reason?: string }
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'discard'; readonly reason: string; readonly error?: Error }

/** What can be written as JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** The job is done. The result is kept in the history and sent to the waiter of the job. */
export function done(result?: Json): Outcome {
  return result === undefined ? { kind: 'done' } : { kind: 'done', result }
}

/** The attempt failed; try again after the delay, or after the job type's back-off. */
export function retry(error: Error | string, after?: Duration): Outcome {
  const cause = typeof error === 'string' ? new Error(error) : error
  return after === undefined
    ? { kind: 'retry', error: cause }
    : { kind: 'retry', error: cause, after: milliseconds(after) }
}

/** Not now: come back after the delay, as if this attempt had not been. */
export function snooze(after: Duration, reason?: string): Outcome {
  const delay = Math.max(1, milliseconds(after))
  return reason === undefined ? { kind: 'snooze', after: delay } : { kind: 'snooze', after: delay, reason }
}

/** The job is not wanted any more. */
export function cancel(reason: string): Outcome {
  return { kind: 'cancel', reason }
}

/** The job can never succeed: keep it as a dead letter with this reason. */
export function discard(reason: string): Outcome {
  return { kind: 'discard', reason: `discarded: ${reason}` }
}
