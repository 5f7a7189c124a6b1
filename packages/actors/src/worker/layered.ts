import { compose } from '@danbooru-jobs/contracts/wire'
import { outcomeOfError } from '../outcome/errors.ts'
import { done, type Outcome } from '../outcome/outcome.ts'
import { inContextOf } from '../tracing/current-context.ts'
import type { WorkerDefinition } from './define-worker.ts'
import type { JobContext } from './job-context.ts'
import type { Performing, PerformMiddleware } from './middleware.ts'

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
