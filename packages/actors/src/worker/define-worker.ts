import type { JobType, PayloadOf } from '@danbooru-jobs/contracts'
import type { Outcome } from '../outcome/outcome.ts'
import type { Needs, Provided, Resources } from '../runtime/resource.ts'
import type { SettingsSchema } from '../settings/settings-schema.ts'
import type { JobContext } from './job-context.ts'
import type { PerformMiddleware } from './middleware.ts'

/**
 * What a job does. It is started at least once for every job, so doing it again must change nothing. An error that it throws decides
 * by its class what becomes of the job, see {@link JobError}; returning nothing means done.
 *
 * @param provided the settings and resources that the worker declares.
 */
export type Handler<
  Type extends JobType,
  Settings extends SettingsSchema = SettingsSchema,
  Opened extends Resources = Resources,
> = (
  payload: PayloadOf<Type>,
  job: JobContext,
  provided: Provided<Settings, Opened>,
) => Promise<Outcome | undefined>

/** The worker of a job type. Started by `runServices`. */
export interface WorkerDefinition extends Needs {
  readonly kind: 'worker'
  readonly name: string
  readonly type: JobType
  /** How many jobs of this type one process runs at once. */
  readonly concurrency: number
  /** Steps around every attempt, the first outermost. */
  readonly middleware: readonly PerformMiddleware[]
  readonly handle: (payload: unknown, job: JobContext, provided: Provided) => Promise<Outcome | undefined>
}

/** The options of a worker; everything has a default. */
export interface WorkerOptions<
  Settings extends SettingsSchema = SettingsSchema,
  Opened extends Resources = Resources,
> {
  /** How many jobs of this type one process runs at once, within the slots of the process. Default 5, as in Danbooru. */
  readonly concurrency?: number
  /** Steps around every attempt of this worker, the first outermost; those of the process are around them. */
  readonly middleware?: readonly PerformMiddleware[]
  /** Environment variables that the handler uses: read and checked when the service starts. */
  readonly settings?: Settings
  /** What is opened before the first job and closed after the last, by the names that the handler uses. */
  readonly resources?: Opened
}

/**
 * Declares the worker of a job type.
 *
 * @example
 * ```ts
 * export const countWordsWorker = worker(countWords, async ({ text }) => done({ words: text.split(/\s+/).length }))
 * ```
 */
export function worker<
  Type extends JobType,
  Settings extends SettingsSchema = SettingsSchema,
  Opened extends Resources = Resources,
>(
  type: Type,
  handler: Handler<Type, Settings, Opened>,
  options: WorkerOptions<Settings, Opened> = {},
): WorkerDefinition {
  const { concurrency = 5, middleware = [], settings, resources } = options
  return {
    kind: 'worker',
    name: type.name,
    type,
    concurrency: Math.min(concurrency, type.delivery.maxRunning ?? Number.POSITIVE_INFINITY),
    middleware,
    ...(settings && { settings }),
    ...(resources && { resources }),
    handle: (payload, job, provided) =>
      handler(payload as PayloadOf<Type>, job, provided as Provided<Settings, Opened>),
  }
}
