import { randomUUID } from 'node:crypto'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { type Logger, pino } from 'pino'
import { LimitStore } from '../admission/limit-store.ts'
import { Database, type DatabaseDefinition, openDatabase, type SqlDatabase } from '../database/database.ts'
import { systemClock } from '../environment/environment.ts'
import { packageVersion } from '../environment/version.ts'
import { Heartbeat } from '../lease/heartbeat.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { isTracing } from '../tracing/spans.ts'
import { connectNats } from '../transport/nats-connection.ts'
import { provisionStreams } from '../transport/provision.ts'
import { requireServerVersion } from '../transport/server-version.ts'
import { announceService } from '../transport/service-protocol.ts'
import { layered } from '../worker/layered.ts'
import type { ServiceMiddleware } from '../worker/middleware.ts'
import { Slots } from '../worker/slots.ts'
import { traceAttempt } from '../worker/trace-attempt.ts'
import type { WorkerRuntime } from '../worker/worker-runtime.ts'
import { provisionFor, type RunningService, startService } from './actors.ts'
import type { ServiceDefinition } from './definition.ts'
import type { Health } from './health.ts'
import { scraper } from './scrape.ts'
import { readSettings, type ServiceSettings } from './settings.ts'

/** What a program says when it runs services. */
export interface RunOptions {
  /** How the database is mapped; services that use none need none. */
  readonly database?: DatabaseDefinition
  /** Default: from the environment, see {@link readSettings}. */
  readonly settings?: Partial<ServiceSettings>
  readonly log?: Logger
  /** Steps around every attempt and at every enqueue of these services. */
  readonly middleware?: ServiceMiddleware
  /** Stop on SIGTERM and SIGINT. Default true. */
  readonly handleSignals?: boolean
}

/** Services that run. */
export interface RunningServices {
  readonly services: readonly RunningService[]
  readonly runtime: Runtime
  /** Where health is answered, if it is. */
  readonly healthPort: number | undefined
  /** Takes nothing new, lets running jobs end within the grace period, puts the rest back, and closes all connections. */
  stop(): Promise<void>
}

/**
 * Runs one service or thirty in this process: makes the streams and consumers that they need, and stays connected for ever.
 *
 * @throws Error with one clear sentence if NATS or PostgreSQL cannot be reached or are too old, or if the streams are somebody
 * else's.
 */
export async function runServices(
  definitions: readonly ServiceDefinition[],
  options: RunOptions = {},
): Promise<RunningServices> {
  const settings = { ...readSettings(process.env), ...options.settings }
  const log = options.log ?? pino({ level: settings.logLevel, base: { service: serviceName(definitions) } })
  const nats = await connectNats(natsSettings(settings, definitions))
  let database: SqlDatabase | undefined
  const heartbeat = new Heartbeat(natsSettings(settings, definitions), settings.ackWait)
  try {
    requireServerVersion(nats)
    database = await openServiceDatabase(settings, options, definitions)
    const runtime = await makeRuntime(settings, nats, database, heartbeat, log)
    await provisionStreams(runtime.jsm, { replicas: settings.replicas })
    for (const definition of definitions) await provisionFor(runtime, definition)
    heartbeat.start((error) => log.error({ err: error }, 'the heartbeat thread failed; starting it again'))
    return await start(definitions, options, settings, runtime, heartbeat, database)
  } catch (error) {
    await heartbeat.stop()
    await nats.close()
    await database?.close()
    throw error
  }
}

async function start(
  definitions: readonly ServiceDefinition[],
  options: RunOptions,
  settings: ServiceSettings,
  runtime: WorkerRuntime,
  heartbeat: Heartbeat,
  database: SqlDatabase | undefined,
): Promise<RunningServices> {
  const services: RunningService[] = []
  for (const definition of definitions) {
    const outer = [...(isTracing() ? [traceAttempt] : []), ...(options.middleware?.perform ?? [])]
    const running = definition.kind === 'worker' ? layered(definition, outer) : definition
    services.push(await startService(runtime, running, packageVersion))
  }
  const started = runtime.clock.now()
  for (const service of services) {
    announceService(runtime.nats, runtime.newId(), started, service.description, () => service.stats())
  }
  const ticker = setInterval(() => {
    for (const service of services) service.tick()
    heartbeat.tick(runtime.clock.now().getTime())
  }, 1_000)
  const connection = { up: true, reconnects: 0 }
  void watchConnection(runtime, services, connection)
  const state = { stopping: false }
  const problems = async () => [
    ...(state.stopping ? ['stopping'] : []),
    ...(connection.up ? [] : ['not connected to NATS']),
    ...(database && !(await database.isReachable()) ? ['PostgreSQL does not answer'] : []),
  ]
  const metrics = scraper(runtime, services, () => ({
    natsConnected: connection.up,
    reconnects: connection.reconnects,
  }))
  const health = await openHealth({ problems, metrics }, settings.healthPort)
  runtime.log.info(
    { services: services.map((one) => one.definition.name), healthPort: health?.port },
    'services started',
  )

  let stopped: Promise<void> | undefined
  const stop = () => {
    state.stopping = true
    stopped ??= drain(services, runtime, settings.shutdownGrace).finally(async () => {
      clearInterval(ticker)
      await heartbeat.stop()
      await runtime.nats.drain().catch(() => undefined)
      await database?.close()
      await health?.close()
      runtime.log.info('services stopped')
    })
    return stopped
  }
  if (options.handleSignals !== false) stopOnSignals(stop)
  return { services, runtime, healthPort: health?.port, stop }
}

/** Without a port nobody asks, and no HTTP server is loaded. */
async function openHealth(health: Health, port: number | undefined) {
  if (port === undefined) return undefined
  const { serveHealth } = await import('./health.ts')
  return serveHealth(health, port)
}

/** How long aborted handlers may take to end before their jobs are put back without them, milliseconds. */
const abortGrace = 3_000

async function drain(services: readonly RunningService[], runtime: Runtime, grace: number): Promise<void> {
  const workers = services.flatMap((service) => service.worker ?? [])
  await Promise.all(services.map((service) => service.quiesce()))
  const idle = Promise.all(services.map((service) => service.idle())).then(() => true)
  if (await within(idle, grace)) return
  runtime.log.warn({ grace }, 'jobs still run after the grace period; they are put back')
  for (const one of workers) one.interrupt()
  if (await within(idle, abortGrace)) return
  for (const one of workers) one.abandonAll()
  await within(idle, abortGrace)
}

async function within(ended: Promise<boolean>, milliseconds: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), milliseconds)
  const result = await Promise.race([ended, late.promise])
  clearTimeout(timer)
  return result
}

function stopOnSignals(stop: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void stop().then(() => process.exit(0))
    })
  }
}

async function watchConnection(
  runtime: Runtime,
  services: readonly RunningService[],
  connection: { up: boolean; reconnects: number },
): Promise<void> {
  let downSince = 0
  for await (const status of runtime.nats.status()) {
    if (status.type === 'disconnect') {
      if (connection.up) downSince = runtime.clock.now().getTime()
      connection.up = false
      runtime.log.warn('the connection to NATS is lost; trying again for ever')
    }
    if (status.type === 'reconnect') {
      connection.up = true
      connection.reconnects++
      runtime.log.info('connected to NATS again')
      for (const service of services) service.reconnect(downSince)
    }
  }
}

async function openServiceDatabase(
  settings: ServiceSettings,
  options: RunOptions,
  definitions: readonly ServiceDefinition[],
): Promise<SqlDatabase | undefined> {
  if (options.database === undefined && !definitions.some(usesStatements)) return undefined
  if (settings.databaseUrl === undefined) {
    throw new Error('DATABASE_URL is not set; write it like postgres://user:password@host:5432/danbooru')
  }
  const reach = { url: settings.databaseUrl, poolSize: settings.poolSize, name: serviceName(definitions) }
  const outbox = options.middleware?.enqueue ? { steps: options.middleware.enqueue } : {}
  if (options.database) return openDatabase(reach, options.database, systemClock, randomUUID, outbox)
  const { openSqlDatabase } = await import('../database/sql-database.ts')
  return openSqlDatabase(reach, systemClock, randomUUID, outbox)
}

function usesStatements(definition: ServiceDefinition): boolean {
  return definition.kind === 'daemon' && definition.usesDatabase === 'sql'
}

const needsDefinition = 'this service was started without a database: give runServices a database definition'

async function makeRuntime(
  settings: ServiceSettings,
  nats: NatsConnection,
  database: SqlDatabase | undefined,
  heartbeat: Heartbeat,
  log: Logger,
): Promise<WorkerRuntime> {
  const withEntities = () => {
    if (database instanceof Database) return database
    throw new Error(needsDefinition)
  }
  return {
    nats,
    js: jetstream(nats),
    jsm: await jetstreamManager(nats),
    log,
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    leases: heartbeat.board,
    slots: new Slots(settings.maxThreads),
    host: `${settings.host}:${process.pid}`,
    replicas: settings.replicas,
    ackWait: settings.ackWait,
    databaseUrl: settings.databaseUrl,
    limits: () => new LimitStore(withEntities()),
    database: withEntities,
    sql: () => {
      if (database) return database
      throw new Error(needsDefinition)
    },
  }
}

function natsSettings(settings: ServiceSettings, definitions: readonly ServiceDefinition[]) {
  return { url: settings.natsUrl, name: serviceName(definitions), credentials: settings.natsCredentials }
}

function serviceName(definitions: readonly ServiceDefinition[]): string {
  return definitions.length === 1 ? (definitions[0]?.name ?? 'danbooru-jobs') : 'danbooru-jobs'
}
