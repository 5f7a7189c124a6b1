import { compose } from '../define/compose.ts'
import type { JobRequest } from '../message/job-request.ts'
import { inheritContext, type MessageContext } from '../wire/message-context.ts'
import type { AtomicResult, EnqueueResult } from './results.ts'

/** What a publisher's methods return for jobs: `enqueue`, `enqueueAtomically`, and `enqueueMany` for each of its chunks. */
export type Enqueued = EnqueueResult | AtomicResult | readonly EnqueueResult[]

/**
 * A step around every enqueue, and around each chunk of `enqueueMany`: for logs, metrics, tracing, the acting user. It returns what
 * `next` returned. It may change jobs but neither add nor remove any, since results belong to jobs by their place.
 */
export type EnqueueMiddleware = <Result extends Enqueued>(
  jobs: readonly JobRequest[],
  next: (jobs: readonly JobRequest[]) => Promise<Result>,
) => Promise<Result>

/**
 * The way to send jobs with every step around it, the first outermost. It rejects with a TypeError, and nothing is sent, if a step
 * adds or removes jobs.
 */
export function withMiddleware<Result extends Enqueued>(
  steps: readonly EnqueueMiddleware[],
  send: (jobs: readonly JobRequest[]) => Promise<Result>,
): (jobs: readonly JobRequest[]) => Promise<Result> {
  return (asked) =>
    compose<readonly JobRequest[], Result>(steps, async (jobs) => {
      if (jobs.length !== asked.length) {
        throw new TypeError(
          `a middleware turned ${asked.length} jobs into ${jobs.length}: it may change jobs, but neither add nor remove any`,
        )
      }
      return send(jobs)
    })(asked)
}

/** The step that puts the publisher's context into jobs that do not have their own. */
export function inheriting(contextOf: () => MessageContext): EnqueueMiddleware {
  return function inheritFromContext(jobs, next) {
    const context = contextOf()
    return next(jobs.map((one) => ({ ...one, options: inheritContext(one.options, context) })))
  }
}
