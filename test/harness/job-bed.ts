import {
  type RunningServices,
  runServices,
  type ServiceDefinition,
  type WorkerDefinition,
} from '@danbooru-jobs/actors'
import { JobWatch } from '@danbooru-jobs/actors/operate'
import { type Environment, readServiceSettings } from '@danbooru-jobs/actors/program'
import { booruDatabase } from '@danbooru-jobs/booru'
import { createPublisher } from '@danbooru-jobs/contracts'
import type { JobEnd } from '@danbooru-jobs/contracts/wire'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { pino } from 'pino'
import { freshDatabase, type TestDatabase } from './database.ts'
import { startNats, type TestNats } from './nats.ts'

/** One worker on a nats-server and an image board's database of a test's own. */
export interface JobBed extends AsyncDisposable {
  readonly nats: TestNats
  readonly database: TestDatabase
  readonly connection: NatsConnection
  /** Enqueues one job of the worker's type and waits for its end. */
  runJob(payload?: object): Promise<JobEnd>
  /** Runs one job and gives its result; fails if it did not end well. */
  resultOf(payload?: object): Promise<unknown>
  /** Runs more services on the same servers. */
  run(definitions: readonly ServiceDefinition[]): Promise<RunningServices>
  /** Stops every service of this bed, so that others get the jobs. */
  stopAll(): Promise<void>
}

/**
 * Starts servers of its own and the worker.
 *
 * @param env the settings of the worker.
 */
export async function makeJobBed(worker: WorkerDefinition, env: Environment = {}): Promise<JobBed> {
  const nats = await startNats()
  const database = await freshDatabase()
  const connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 })
  const running: RunningServices[] = []
  const run = async (definitions: readonly ServiceDefinition[]) => {
    const services = await runServices(definitions, {
      env,
      database: booruDatabase,
      settings: {
        ...readServiceSettings({}),
        natsUrl: nats.url,
        databaseUrl: database.url,
        shutdownGrace: 1_000,
      },
      log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
      handleSignals: false,
    })
    running.push(services)
    return services
  }
  const stopAll = async () => {
    await Promise.all(running.splice(0).map((services) => services.stop()))
  }
  await run([worker])
  const watch = await JobWatch.open(connection, [worker.type.name])
  const publisher = createPublisher(connection)
  const runJob = async (payload: object = {}) => {
    const queued = await publisher.enqueue(worker.type, payload)
    if (queued.status !== 'accepted') throw new Error(`the job was not accepted: ${queued.status}`)
    return watch.ended(queued.id)
  }
  return {
    nats,
    database,
    connection,
    run,
    stopAll,
    runJob,
    async resultOf(payload) {
      const ending = await runJob(payload)
      if (ending.state !== 'done') throw new Error(`the job ended ${ending.state}: ${ending.reason}`)
      return ending.result
    },
    async [Symbol.asyncDispose]() {
      await watch[Symbol.asyncDispose]()
      await stopAll()
      await connection.close()
      await nats[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}
