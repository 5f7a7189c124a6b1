import { currentContext, outboxRelay, runServices } from '@danbooru-jobs/actors'
import { JobControl, QueueControl } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { JobRecords } from '@danbooru-jobs/actors/testing'
import { createPublisher } from '@danbooru-jobs/contracts'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { pino } from 'pino'
import { type TestNats, until } from '../../../../test/harness/index.ts'
import type { Backend, StartBackend } from './backend.ts'

/** Workers on a real nats-server, which all cases of the suite share. */
export function natsBackend(nats: () => TestNats, databaseUrl: () => string): StartBackend {
  return async (definitions, options = {}) => {
    const usesDatabase = options.needs !== undefined
    const run = () =>
      runServices(usesDatabase ? [...definitions, outboxRelay] : definitions, {
        ...(usesDatabase && { database: { entities: [] } }),
        settings: {
          natsUrl: nats().url,
          ...(usesDatabase && { databaseUrl: databaseUrl() }),
          ackWait: 1_000,
          shutdownGrace: 0,
          ...(options.maxThreads && { maxThreads: options.maxThreads }),
        },
        ...(options.middleware && { middleware: options.middleware }),
        log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
        handleSignals: false,
      })
    let services = await run()
    const connection = await connect({ servers: nats().url })
    const js = jetstream(connection)
    const jsm = await jetstreamManager(connection)
    const records = new JobRecords(connection)
    await connection.flush()
    const backend: Backend = {
      publisher: createPublisher(connection, { context: currentContext }),
      connection,
      control: new JobControl(connection, js, jsm, systemClock),
      queues: new QueueControl(connection, jsm, systemClock),
      until: (condition) => until(condition) as Promise<NonNullable<ReturnType<typeof condition>>>,
      record: (id) => records.get(id),
      async stored(type) {
        const { state } = await jsm.streams.info('JOBS', { subjects_filter: '>' })
        const ofType = Object.entries(state.subjects ?? {}).filter(
          ([subject]) => subject.split('.')[1] === type.name,
        )
        return ofType.reduce((sum, [, count]) => sum + count, 0)
      },
      async crash() {
        await services.runtime.nats.close()
        await services.stop().catch(() => undefined)
        services = await run()
      },
      async restart() {
        await services.stop()
        services = await run()
      },
      async [Symbol.asyncDispose]() {
        await services.stop()
        await connection.close()
      },
    }
    return backend
  }
}
