import { randomUUID } from 'node:crypto'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { pino } from 'pino'
import type { Limits } from '../admission/limit-store.ts'
import type { BatchRuntime } from '../batches/batch-keeper.ts'
import type { Batches } from '../batches/batch-store.ts'
import type { Database } from '../database/database.ts'
import { packageVersion } from '../environment/version.ts'
import { LeaseBoard } from '../lease/lease-board.ts'
import { type Provisions, provide, schemasOf } from '../runtime/provide.ts'
import { provisionFor, type RunningService, startService } from '../service/actors.ts'
import type { ServiceDefinition } from '../service/definition.ts'
import { readAllSettings } from '../settings/read-settings.ts'
import { isTracing } from '../tracing/spans.ts'
import { provisionStreams } from '../transport/provision.ts'
import type { JobRun } from '../worker/job-run.ts'
import { Slots } from '../worker/slots.ts'
import { traceAttempt } from '../worker/trace-attempt.ts'
import type { WorkerRuntime } from '../worker/worker-runtime.ts'
import type { FrozenClock } from './frozen-clock.ts'
import { MemoryConnection } from './memory/memory-connection.ts'
import type { MemoryServer } from './memory/memory-server.ts'
import type { TestJobsOptions } from './options.ts'
import { turn } from './turn.ts'

/** How many turns of the event loop aborted handlers are given to end. */
const abortTurns = 300

/** What outlives a crash of the services: a database, or what is kept in memory instead. */
export interface Kept {
  readonly database: Database | undefined
  readonly limits: Limits
  /** Where batches are kept if there is no database. */
  readonly batches?: Batches
}

/** The services under test: the same actors as in production, on a server in memory. */
export class TestedServices {
  readonly #definitions: readonly ServiceDefinition[]
  readonly #server: MemoryServer
  readonly #clock: FrozenClock
  readonly #options: TestJobsOptions
  readonly #kept: Kept
  #connection: MemoryConnection | undefined
  /** The open resources; those of crashed services too, which were not closed. */
  readonly #provisions: Provisions[] = []
  #services: readonly RunningService[] = []

  constructor(
    definitions: readonly ServiceDefinition[],
    server: MemoryServer,
    clock: FrozenClock,
    options: TestJobsOptions,
    kept: Kept,
  ) {
    this.#definitions = definitions
    this.#server = server
    this.#clock = clock
    this.#options = options
    this.#kept = kept
  }

  async start(): Promise<void> {
    const connection = new MemoryConnection(this.#server)
    const runtime = await this.#runtime(connection)
    await provisionStreams(runtime.jsm)
    const { log, clock } = runtime
    const settings = readAllSettings(schemasOf(this.#definitions), this.#options.settings ?? {})
    const provisions = await provide(this.#definitions, { settings, log, clock })
    this.#provisions.push(provisions)
    const own = this.#options.middleware?.perform ?? []
    const perform = isTracing() ? [traceAttempt, ...own] : own
    const services: RunningService[] = []
    for (const definition of this.#definitions) {
      await provisionFor(runtime, definition)
      services.push(
        await startService(runtime, definition, {
          version: packageVersion,
          provided: provisions.for(definition),
          perform,
        }),
      )
    }
    this.#connection = connection
    this.#services = services
  }

  /** Cuts their connection without a goodbye, and starts them again. */
  async crash(): Promise<void> {
    await this.#connection?.close()
    await this.start()
  }

  /** Stops them with no grace period, and starts them again. */
  async restart(): Promise<void> {
    const workers = this.#services.flatMap(({ worker }) => worker ?? [])
    await Promise.all(this.#services.map((service) => service.quiesce()))
    for (const one of workers) one.interrupt()
    for (let turns = 0; turns < abortTurns && this.running().length > 0; turns++) await turn()
    for (const one of workers) one.abandonAll()
    await Promise.all(this.#services.map((service) => service.idle()))
    await this.#connection?.drain()
    await this.#closeResources()
    await this.start()
  }

  async close(): Promise<void> {
    await this.#connection?.close()
    await this.#closeResources()
  }

  tick(): void {
    for (const service of this.#services) service.tick()
  }

  running(): JobRun[] {
    return this.#services.flatMap(({ worker }) => [...(worker?.running ?? [])])
  }

  /** When, later than now, a running job must be stopped or abandoned, milliseconds. */
  nextLimit(): number | undefined {
    const now = this.#clock.now().getTime()
    const times = this.running()
      .map(({ startedAt, abortedAt, definition }) =>
        abortedAt === undefined ? startedAt + definition.type.delivery.timeLimit + 1 : abortedAt + 10_001,
      )
      .filter((at) => at > now)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  async #closeResources(): Promise<void> {
    for (const provisions of this.#provisions.splice(0).reverse()) await provisions.close()
  }

  async #runtime(connection: MemoryConnection): Promise<WorkerRuntime & BatchRuntime> {
    const { log, random, maxThreads } = this.#options
    const { database, limits, batches } = this.#kept
    return {
      ...(batches && { batches }),
      limits: () => limits,
      nats: connection,
      js: jetstream(connection),
      jsm: await jetstreamManager(connection),
      log: log ?? pino({ level: 'silent' }),
      clock: this.#clock,
      random: random ?? (() => 0.5),
      newId: randomUUID,
      leases: new LeaseBoard({ slots: 256 }),
      slots: new Slots(maxThreads ?? 10),
      host: 'test',
      replicas: 1,
      ackWait: 20_000,
      databaseUrl: this.#options.database?.url,
      database: () => required(database),
      sql: () => required(database),
    }
  }
}

function required(database: Database | undefined): Database {
  if (database) return database
  throw new Error('the handler uses the database: give startTestJobs one, { database: { url, entities } }')
}
