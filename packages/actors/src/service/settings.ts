import { hostname } from 'node:os'
import { ackWait, milliseconds } from '@danbooru-jobs/contracts/wire'

/** What a service reads from its environment. */
export interface ServiceSettings {
  /** `NATS_URL`. Default nats://127.0.0.1:4222. */
  readonly natsUrl: string
  /** `NATS_CREDENTIALS`: a credentials file. */
  readonly natsCredentials: string | undefined
  /** `DATABASE_URL`; needed by services that use the database. */
  readonly databaseUrl: string | undefined
  /** `DATABASE_POOL_SIZE`: connections at most. Default 10. */
  readonly poolSize: number
  /** `MAX_THREADS`: how many jobs the process runs at once. Default 10. */
  readonly maxThreads: number
  /** `HEALTH_PORT`: where /healthz and /readyz are answered; 0 for any free port, unset for none. */
  readonly healthPort: number | undefined
  /** `SHUTDOWN_GRACE_SECONDS`: how long running jobs may go on after SIGTERM. Default 25, below Kubernetes' 30. */
  readonly shutdownGrace: number
  /**
   * `ACK_WAIT_SECONDS`: how long the server waits for a sign of life before it gives a message to another replica, milliseconds
   * here. Default 20 seconds; the replica that started last decides.
   */
  readonly ackWait: number
  /** `STREAM_REPLICAS`. Default 1. */
  readonly replicas: number
  /** `LOG_LEVEL`. Default info. */
  readonly logLevel: string
  readonly host: string
}

/** A setting has a value that makes no sense. Shown as one line. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
  readonly code = 'setting-invalid'
}

/**
 * Reads the settings of a service.
 *
 * @throws SettingError naming the variable.
 */
export function readSettings(env: NodeJS.ProcessEnv): ServiceSettings {
  return {
    natsUrl: env.NATS_URL || 'nats://127.0.0.1:4222',
    natsCredentials: env.NATS_CREDENTIALS || undefined,
    databaseUrl: env.DATABASE_URL || undefined,
    poolSize: wholeNumber(env, 'DATABASE_POOL_SIZE', 10, 1, 1_000),
    maxThreads: wholeNumber(env, 'MAX_THREADS', 10, 1, 10_000),
    healthPort: env.HEALTH_PORT ? wholeNumber(env, 'HEALTH_PORT', 0, 0, 65_535) : undefined,
    shutdownGrace: wholeNumber(env, 'SHUTDOWN_GRACE_SECONDS', 25, 0, 86_400) * 1_000,
    ackWait: wholeNumber(env, 'ACK_WAIT_SECONDS', milliseconds(ackWait) / 1_000, 1, 3_600) * 1_000,
    replicas: wholeNumber(env, 'STREAM_REPLICAS', 1, 1, 5),
    logLevel: env.LOG_LEVEL || 'info',
    host: env.HOSTNAME || hostname(),
  }
}

function wholeNumber(
  env: NodeJS.ProcessEnv,
  name: string,
  fallback: number,
  least: number,
  most: number,
): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new SettingError(`${name} must be a whole number from ${least} to ${most}, not "${text}"`)
}
