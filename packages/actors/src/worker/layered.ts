import { compose } from '@danbooru-jobs/contracts/wire'
import { outcomeOfError } from '../outcome/errors.ts'
import { done, type Outcome } from '../outcome/outcome.ts'
import type { Provided } from '../runtime/resource.ts'
import { inContextOf } from '../tracing/current-context.ts'
import type { WorkerDefinition } from './define-worker.ts'
import type { JobContext } from './job-context.ts'
import type { Performing, PerformMiddleware } from './middleware.ts'

/** A worker that is ready to run: with what its handler needs, and with the steps around it. */
export interface ReadyWorker extends Omit<WorkerDefinition, 'handle'> {
  readonly handle: (payload: unknown, job: JobContext) => Promise<Outcome | undefined>
}

/**
 * The worker with the settings and resources of its handler and the steps around it, those of the process outermost; the job is
 * the context of everything that it publishes.
 */
export function layered(
  definition: WorkerDefinition,
  provided: Provided,
  outer: readonly PerformMiddleware[] = [],
): ReadyWorker {
  const handle: ReadyWorker['handle'] = (payload, job) => definition.handle(payload, job, provided)
  const steps = [...outer, ...definition.middleware]
  if (steps.length === 0) {
    return { ...definition, handle: (payload, job) => inContextOf(job, () => handle(payload, job)) }
  }
  const perform = compose<Performing, Outcome>(steps, ({ payload, job }) => outcomeOf(handle, payload, job))
  return { ...definition, handle: (payload, job) => inContextOf(job, () => perform({ payload, job })) }
}

/** Whatever an aborted handler throws, the abort decides the outcome. */
async function outcomeOf(handle: ReadyWorker['handle'], payload: unknown, job: JobContext): Promise<Outcome> {
  try {
    return (await handle(payload, job)) ?? done()
  } catch (error) {
    return outcomeOfError(job.signal.aborted ? job.signal.reason : error)
  }
}
