import { randomUUID } from 'node:crypto'
import { type RunningServices, runServices, type ServiceDefinition } from '@danbooru-jobs/actors'
import type { Environment, readServiceSettings } from '@danbooru-jobs/actors/program'
import type { JobType } from '@danbooru-jobs/contracts'
import { jobMessage, type RuntimeJobOptions } from '@danbooru-jobs/contracts/wire'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, headers } from '@nats-io/transport-node'
import { pino } from 'pino'
import { freshDatabase, startNats, type TestDatabase, type TestNats } from '../../../test/harness/index.ts'

/** A nats-server, a database and connections of a test file's own. */
export interface Bed extends AsyncDisposable {
  readonly nats: TestNats
  readonly database: TestDatabase
  readonly connection: Awaited<ReturnType<typeof connect>>
  readonly js: ReturnType<typeof jetstream>
  readonly jsm: Awaited<ReturnType<typeof jetstreamManager>>
  run(
    definitions: readonly ServiceDefinition[],
    settings?: Partial<ReturnType<typeof readServiceSettings>>,
    env?: Environment,
  ): Promise<RunningServices>
  /** Enqueues a job as a bare publish; returns its id. */
  enqueue(type: JobType, payload: unknown, options?: RuntimeJobOptions): Promise<string>
}

export async function makeBed(): Promise<Bed> {
  const nats = await startNats()
  const database = await freshDatabase()
  const connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 })
  const js = jetstream(connection)
  const running: RunningServices[] = []
  return {
    nats,
    database,
    connection,
    js,
    jsm: await jetstreamManager(connection),
    async run(definitions, settings = {}, env = {}) {
      const services = await runServices(definitions, {
        database: { entities: [] },
        env,
        settings: { natsUrl: nats.url, databaseUrl: database.url, shutdownGrace: 1_000, ...settings },
        log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
        handleSignals: false,
      })
      running.push(services)
      return services
    },
    async enqueue(type, payload, options = {}) {
      const id = options.id ?? randomUUID()
      const message = jobMessage(type, payload, { ...options, id }, { id, now: new Date() })
      const carried = headers()
      for (const [name, value] of Object.entries(message.headers)) carried.set(name, value)
      await js.publish(message.subject, message.body, { headers: carried })
      return id
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map((services) => services.stop()))
      await connection.close()
      await nats[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}
