import type { JobType, PayloadOf } from '@danbooru-jobs/contracts'
import type { Outcome } from '../outcome/outcome.ts'
import type { JobContext } from './job-context.ts'
import type { PerformMiddleware } from './middleware.ts'

/**
 * What a job does. It is started at least once for every job: doing it again must change nothing. An error it throws means
 * what its class says, see `errors.ts`; returning nothing means done.
 */
export type Handler<Type extends JobType> = (
  payload: PayloadOf<Type>,
  job: JobContext,
) => Promise<Outcome | undefined>

/** A worker actor: a job type and what is done for it. Started by `runServices`. */
export interface WorkerDefinition {
  readonly kind: 'worker'
  readonly name: string
  readonly type: JobType
  /** How many jobs of this type this process runs at once. */
  readonly concurrency: number
  /** Steps around every attempt, the first outermost. */
  readonly middleware: readonly PerformMiddleware[]
  readonly handle: (payload: unknown, job: JobContext) => Promise<Outcome | undefined>
}

/** What may be chosen for a worker; everything has a default. */
export interface WorkerOptions {
  /** How many jobs of this type one process runs at once, within the slots of the process. Default 5, as in Danbooru. */
  readonly concurrency?: number
  /** Steps around every attempt of this worker, the first outermost; those of the process are around them. */
  readonly middleware?: readonly PerformMiddleware[]
}

/** Declares the worker of a job type. */
export function worker<Type extends JobType>(
  type: Type,
  handler: Handler<Type>,
  options: WorkerOptions = {},
): WorkerDefinition {
  return {
    kind: 'worker',
    name: type.name,
    type,
    concurrency: Math.min(options.concurrency ?? 5, type.delivery.maxRunning ?? Number.POSITIVE_INFINITY),
    middleware: options.middleware ?? [],
    handle: (payload, job) => handler(payload as PayloadOf<Type>, job),
  }
}
