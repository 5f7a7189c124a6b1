import type { Logger } from 'pino'
import type { DatabaseDefinition } from '../database/database.ts'
import type { Random } from '../environment/environment.ts'
import type { Environment } from '../settings/read-settings.ts'
import type { ServiceMiddleware } from '../worker/middleware.ts'

/** How the kit behaves; everything has a default. */
export interface TestJobsOptions {
  /**
   * `manual` (default): jobs stay in the queue until `performEnqueuedJobs`. `inline`: an enqueue outside of a job resolves when the job, and
   * all that is ready because of it, has had its attempt.
   */
  readonly mode?: 'manual' | 'inline'
  /** The clock's initial time. Default 2026-01-01T00:00:00Z. */
  readonly now?: Date
  /** A PostgreSQL that handlers use. What a transaction puts into the outbox is delivered right after its commit. */
  readonly database?: DatabaseDefinition & { readonly url: string }
  /** Environment variables for the settings that the services declare. Default: none. */
  readonly settings?: Environment
  readonly middleware?: ServiceMiddleware
  /** Default: says nothing. */
  readonly log?: Logger
  /** Chance in back-offs. Default: always 0.5. */
  readonly random?: Random
  /** How many jobs run at once. Default 10. */
  readonly maxThreads?: number
}
