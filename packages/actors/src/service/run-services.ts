import { type Logger, pino } from 'pino'
import type { SqlDatabase } from '../database/database.ts'
import { systemClock } from '../environment/environment.ts'
import { packageVersion } from '../environment/version.ts'
import { Heartbeat } from '../lease/heartbeat.ts'
import type { HttpRoute } from '../runtime/http-route.ts'
import { provide, schemasOf } from '../runtime/provide.ts'
import { type AllSettings, readAllSettings } from '../settings/read-settings.ts'
import { isTracing } from '../tracing/spans.ts'
import { guarded } from '../transport/guard.ts'
import { connectNats } from '../transport/nats-connection.ts'
import { provisionStreams } from '../transport/provision.ts'
import { requireServerVersion } from '../transport/server-version.ts'
import { announceService } from '../transport/service-protocol.ts'
import { traceAttempt } from '../worker/trace-attempt.ts'
import type { WorkerRuntime } from '../worker/worker-runtime.ts'
import { provisionFor, type RunningService, startService } from './actors.ts'
import { ConnectionWatch } from './connection-watch.ts'
import type { ServiceDefinition } from './definition.ts'
import type { Health } from './health.ts'
import type { HttpServer } from './http-server.ts'
import { databaseUser, makeRuntime, openServiceDatabase, serviceName } from './make-runtime.ts'
import type { RunOptions } from './run-options.ts'
import { scraper } from './scrape.ts'
import { asServiceSettings, type ServiceSettings, serviceSettings, withRequiredDatabase } from './settings.ts'
import { drainServices, stopOnSignals } from './shut-down.ts'

/** Services that run. */
export interface RunningServices {
  readonly services: readonly RunningService[]
  readonly runtime: WorkerRuntime
  /** The port of the HTTP server; undefined without one. */
  readonly healthPort: number | undefined
  /** Takes nothing new, lets running jobs end within the grace period, puts the rest back, and closes all connections. */
  stop(): Promise<void>
}

/**
 * Runs one service or many in this process: reads their settings, opens their resources, makes the streams and consumers that they
 * need, and stays connected.
 *
 * @throws SettingError with one line for each setting that is wrong.
 * @throws Error with one clear sentence if a resource cannot be opened, if NATS or PostgreSQL cannot be reached or is too old, or if
 * the streams belong to another system.
 */
export async function runServices(
  definitions: readonly ServiceDefinition[],
  options: RunOptions = {},
): Promise<RunningServices> {
  const { all, settings } = readProcessSettings(definitions, options)
  const log = options.log ?? pino({ level: settings.logLevel, base: { service: serviceName(definitions) } })
  await using opened = new AsyncDisposableStack()
  const provisions = await provide(definitions, { settings: all, log, clock: systemClock })
  opened.defer(() => provisions.close())
  const runtime = await connect(definitions, options, settings, log, opened)
  await provisionStreams(runtime.jsm, { replicas: settings.replicas })
  for (const definition of definitions) await provisionFor(runtime, definition)
  const perform = [...(isTracing() ? [traceAttempt] : []), ...(options.middleware?.perform ?? [])]
  const services: RunningService[] = []
  for (const definition of definitions) {
    const start = { version: packageVersion, provided: provisions.for(definition), perform }
    services.push(await startService(runtime, definition, start))
  }
  const { healthPort, stopping } = await operate(runtime, services, settings, opened)
  // The server has every subscription then: a request to a service that has started finds it.
  await runtime.nats.flush()
  const held = opened.move()
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopping()
    stopped ??= drainServices(services, log, settings.shutdownGrace)
      .finally(() => held.disposeAsync())
      .then(() => log.info('services stopped'))
    return stopped
  }
  if (options.handleSignals !== false) stopOnSignals(stop)
  log.info({ services: services.map((one) => one.definition.name), healthPort }, 'services started')
  return { services, runtime, healthPort, stop }
}

/** The settings of the process and those of its services, checked together. */
function readProcessSettings(
  definitions: readonly ServiceDefinition[],
  { env = process.env, database, settings = {} }: RunOptions,
): { readonly all: AllSettings; readonly settings: ServiceSettings } {
  const user = settings.databaseUrl === undefined ? databaseUser(database, definitions) : undefined
  const own = user === undefined ? serviceSettings : withRequiredDatabase(user)
  const all = readAllSettings([own, ...schemasOf(definitions)], env)
  return { all, settings: { ...asServiceSettings(all.of(own)), ...settings } }
}

/** What is opened is closed in the opposite order by `opened`. */
async function connect(
  definitions: readonly ServiceDefinition[],
  options: RunOptions,
  settings: ServiceSettings,
  log: Logger,
  opened: AsyncDisposableStack,
): Promise<RuntimeOfProcess> {
  const { natsUrl: url, natsCredentials: credentials } = settings
  const reach = { url, name: serviceName(definitions), credentials }
  const nats = await connectNats(reach)
  opened.defer(() => nats.drain().catch(() => undefined))
  requireServerVersion(nats)
  const database = await openServiceDatabase(settings, options, definitions)
  if (database) opened.defer(() => database.close())
  const heartbeat = new Heartbeat(reach, settings.ackWait)
  opened.defer(() => heartbeat.stop())
  heartbeat.start((error) => log.error({ err: error }, 'the heartbeat thread failed; starting it again'))
  const runtime = await makeRuntime(settings, { nats, database, leases: heartbeat.board, log })
  return { ...runtime, heartbeat, reachable: database }
}

/** The runtime, and what keeps it going. */
interface RuntimeOfProcess extends WorkerRuntime {
  readonly heartbeat: Heartbeat
  readonly reachable: SqlDatabase | undefined
}

/** Makes services visible and keeps them going: the services protocol, ticks, health and metrics. */
async function operate(
  runtime: RuntimeOfProcess,
  services: readonly RunningService[],
  settings: ServiceSettings,
  opened: AsyncDisposableStack,
): Promise<{ readonly healthPort: number | undefined; readonly stopping: () => void }> {
  const { clock, log, heartbeat, reachable } = runtime
  const started = clock.now()
  for (const service of services) {
    announceService(runtime, runtime.newId(), started, service.description, () => service.stats())
  }
  const ticks = services.map((service) =>
    guarded(log, `the tick of ${service.definition.name}`, () => service.tick()),
  )
  ticks.push(guarded(log, 'the tick of the heartbeat', () => heartbeat.tick(clock.now().getTime())))
  const ticker = setInterval(() => {
    for (const tick of ticks) tick()
  }, 1_000)
  opened.defer(() => clearInterval(ticker))
  const connection = new ConnectionWatch(runtime, services)
  void connection.follow()
  let isStopping = false
  const problems = async () => [
    ...(isStopping ? ['stopping'] : []),
    ...(connection.isUp ? [] : ['not connected to NATS']),
    ...(reachable && !(await reachable.isReachable()) ? ['PostgreSQL does not answer'] : []),
  ]
  const metrics = scraper(runtime, services, () => ({
    natsConnected: connection.isUp,
    reconnects: connection.reconnects,
  }))
  const routes = services.flatMap((service) => service.routes ?? [])
  const server = await openServer({ problems, metrics }, routes, settings.healthPort, log)
  if (server) opened.defer(() => server.close())
  const stopping = () => {
    isStopping = true
  }
  return { healthPort: server?.port, stopping }
}

/** Without a port no HTTP server is loaded. */
async function openServer(
  health: Health,
  routes: readonly HttpRoute[],
  port: number | undefined,
  log: Logger,
): Promise<HttpServer | undefined> {
  if (port === undefined) return undefined
  const [{ healthRoutes }, { serveHttp }] = await Promise.all([
    import('./health.ts'),
    import('./http-server.ts'),
  ])
  return serveHttp([...healthRoutes(health), ...routes], port, log)
}
