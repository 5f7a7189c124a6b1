import type { Logger } from 'pino'
import type { DatabaseDefinition } from '../database/database.ts'
import type { Environment } from '../settings/read-settings.ts'
import type { ServiceMiddleware } from '../worker/middleware.ts'
import type { ServiceSettings } from './settings.ts'

/** The options of {@link runServices}; everything has a default. */
export interface RunOptions {
  /** How the database is mapped; services that use none need none. */
  readonly database?: DatabaseDefinition
  /** The settings of the process that differ from those of the environment. */
  readonly settings?: Partial<ServiceSettings>
  /** Where settings are read. Default: the environment of the process. */
  readonly env?: Environment
  readonly log?: Logger
  /** Steps around every attempt and at every enqueue of these services. */
  readonly middleware?: ServiceMiddleware
  /** Stop on SIGTERM and SIGINT. Default true. */
  readonly handleSignals?: boolean
}
