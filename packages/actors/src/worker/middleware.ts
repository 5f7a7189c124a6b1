import type { JobRequest } from '@danbooru-jobs/contracts'
import { compose, type Middleware } from '@danbooru-jobs/contracts/wire'
import { outcomeOfError } from '../outcome/errors.ts'
import { done, type Outcome } from '../outcome/outcome.ts'
import { inContextOf } from '../tracing/current-context.ts'
import type { WorkerDefinition } from './define-worker.ts'
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

/** A step at every enqueue in a transaction: it may change the request. It must not wait: the transaction is open. */
export type EnqueueStep = (request: JobRequest) => JobRequest

/** Steps for all services of a process; the first is the outermost. */
export interface ServiceMiddleware {
  /** Around every attempt, outside of the worker's own steps. */
  readonly perform?: readonly PerformMiddleware[]
  /** At every enqueue through the outbox. */
  readonly enqueue?: readonly EnqueueStep[]
}

/** The worker with the steps around its handler, the process's own outermost, and its job as the context of what it sends. */
export function layered(
  definition: WorkerDefinition,
  outer: readonly PerformMiddleware[] = [],
): WorkerDefinition {
  const steps = [...outer, ...definition.middleware]
  if (steps.length === 0) {
    return {
      ...definition,
      handle: (payload, job) => inContextOf(job, () => definition.handle(payload, job)),
    }
  }
  const perform = compose<Performing, Outcome>(steps, ({ payload, job }) =>
    outcomeOf(definition, payload, job),
  )
  return { ...definition, handle: (payload, job) => inContextOf(job, () => perform({ payload, job })) }
}

/** An aborted handler may throw what it likes: the abort says what it means. */
async function outcomeOf(definition: WorkerDefinition, payload: unknown, job: JobContext): Promise<Outcome> {
  try {
    return (await definition.handle(payload, job)) ?? done()
  } catch (error) {
    return outcomeOfError(job.signal.aborted ? job.signal.reason : error)
  }
}
