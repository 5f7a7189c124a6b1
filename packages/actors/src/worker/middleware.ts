import type { Middleware } from '@danbooru-jobs/contracts/wire'
import type { EnqueueStep } from '../outbox/enqueue-step.ts'
import type { Outcome } from '../outcome/outcome.ts'
import type { JobContext } from './job-context.ts'

/** An attempt that is about to begin: what its handler will get. */
export interface Performing {
  readonly payload: unknown
  readonly job: JobContext
}

/**
 * A step around every attempt: for logs, metrics, tracing, the acting user. It calls `next` at most once and returns an outcome, as a
 * rule that of `next`. An error of the handler arrives as the outcome it leads to, so `next` never rejects; a step that throws decides by
 * the class of its error, as a handler does. Name the function: stack traces and `describe` show it.
 */
export type PerformMiddleware = Middleware<Performing, Outcome>

/** Steps for all services of a process; the first is the outermost. */
export interface ServiceMiddleware {
  /** Around every attempt, outside of the worker's own steps. */
  readonly perform?: readonly PerformMiddleware[]
  /** At every enqueue through the outbox. */
  readonly enqueue?: readonly EnqueueStep[]
}
