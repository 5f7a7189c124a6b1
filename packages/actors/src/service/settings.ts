import { hostname } from 'node:os'
import { ackWait, milliseconds } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import { type Environment, readSettings } from '../settings/read-settings.ts'
import { secret, wholeNumber } from '../settings/settings-schema.ts'

/** The environment variables that every service reads. */
export const serviceSettings = z.object({
  NATS_URL: secret(z.string())
    .default('nats://127.0.0.1:4222')
    .describe('NATS servers, separated by commas; user and password may be part of the URL'),
  NATS_CREDENTIALS: z.string().optional().describe('a credentials file, for NATS servers with accounts'),
  DATABASE_URL: secret(z.string())
    .optional()
    .describe('a PostgreSQL database, postgres://user:password@host:port/database'),
  DATABASE_POOL_SIZE: wholeNumber(1, 1_000).default(10).describe('database connections of a process at most'),
  MAX_THREADS: wholeNumber(1, 10_000).default(10).describe('how many jobs a process runs at once'),
  HEALTH_PORT: wholeNumber(0, 65_535)
    .optional()
    .describe('the port of /healthz, /readyz and /metrics; 0 for any free one, unset for none'),
  SHUTDOWN_GRACE_SECONDS: wholeNumber(0, 86_400)
    .default(25)
    .describe('how long running jobs may continue after SIGTERM'),
  ACK_WAIT_SECONDS: wholeNumber(1, 3_600)
    .default(milliseconds(ackWait) / 1_000)
    .describe('after how long without a heartbeat a job is delivered to another worker'),
  STREAM_REPLICAS: wholeNumber(1, 5)
    .default(1)
    .describe('copies of every stream in a NATS cluster; use 3 where there are three servers'),
  LOG_LEVEL: z.string().default('info').describe('debug, info, warn or error'),
  HOSTNAME: z.string().optional().describe('the name of this host in reports'),
})

/** The settings of a process, as the runtime uses them. */
export interface ServiceSettings {
  readonly natsUrl: string
  /** A credentials file. */
  readonly natsCredentials: string | undefined
  /** Needed by services that use the database. */
  readonly databaseUrl: string | undefined
  /** Connections at most. */
  readonly poolSize: number
  /** How many jobs the process runs at once. */
  readonly maxThreads: number
  /** 0 for any free port, undefined for none. */
  readonly healthPort: number | undefined
  /** Milliseconds; the default is below Kubernetes' 30 s. */
  readonly shutdownGrace: number
  /** Milliseconds. The replica that started last decides. */
  readonly ackWait: number
  readonly replicas: number
  readonly logLevel: string
  readonly host: string
}

/**
 * Reads the settings of a process.
 *
 * @throws SettingError naming the variables.
 */
export function readServiceSettings(env: Environment): ServiceSettings {
  const read = readSettings(serviceSettings, env)
  return {
    natsUrl: read.NATS_URL,
    natsCredentials: read.NATS_CREDENTIALS,
    databaseUrl: read.DATABASE_URL,
    poolSize: read.DATABASE_POOL_SIZE,
    maxThreads: read.MAX_THREADS,
    healthPort: read.HEALTH_PORT,
    shutdownGrace: read.SHUTDOWN_GRACE_SECONDS * 1_000,
    ackWait: read.ACK_WAIT_SECONDS * 1_000,
    replicas: read.STREAM_REPLICAS,
    logLevel: read.LOG_LEVEL,
    host: read.HOSTNAME ?? hostname(),
  }
}
