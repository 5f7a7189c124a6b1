import { randomUUID } from 'node:crypto'
import { type OutgoingMessage, publishMessage } from '@danbooru-jobs/contracts/wire'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { LimitStore } from '../admission/limit-store.ts'
import { type Database, openDatabase } from '../database/database.ts'
import type { ServiceDefinition } from '../service/definition.ts'
import { judgeReply } from '../transport/judge-reply.ts'
import { FrozenClock } from './frozen-clock.ts'
import { MemoryBatches } from './memory/memory-batches.ts'
import { MemoryConnection } from './memory/memory-connection.ts'
import { MemoryLimits } from './memory/memory-limits.ts'
import { MemoryServer } from './memory/memory-server.ts'
import type { TestJobsOptions } from './options.ts'
import { type Gate, TestJobs } from './test-jobs.ts'
import { TestedServices } from './tested-services.ts'

/**
 * Starts services in memory. Use with `await using`.
 *
 * @throws Error with one clear sentence if the database cannot be reached.
 */
export async function startTestJobs(
  definitions: readonly ServiceDefinition[],
  options: TestJobsOptions = {},
): Promise<TestJobs> {
  const clock = new FrozenClock(options.now ?? new Date('2026-01-01T00:00:00Z'))
  const gate: Gate = { isOpen: () => options.mode === 'inline' }
  const jobTypes = new Set(definitions.flatMap((one) => (one.kind === 'worker' ? [one.name] : [])))
  const server = new MemoryServer(clock, (consumer) => !jobTypes.has(consumer) || gate.isOpen(consumer))
  const connection = new MemoryConnection(server)
  const database = await databaseFor(options, clock, connection)
  const kept = database
    ? { limits: new LimitStore(database) }
    : { limits: new MemoryLimits(), batches: new MemoryBatches(deliverTo(connection)) }
  const services = new TestedServices(definitions, server, clock, options, { database, ...kept })
  const js = jetstream(connection)
  const jsm = await jetstreamManager(connection)
  const jobs = new TestJobs({ clock, server, connection, services, js, jsm, options, database, gate })
  await services.start()
  return jobs
}

async function databaseFor(
  options: TestJobsOptions,
  clock: FrozenClock,
  connection: MemoryConnection,
): Promise<Database | undefined> {
  if (!options.database) return undefined
  const { url, ...definition } = options.database
  const steps = options.middleware?.enqueue
  return openDatabase({ url, poolSize: 5, name: 'test' }, definition, clock, randomUUID, {
    ...(steps && { steps }),
    deliver: deliverTo(connection),
  })
}

function deliverTo(connection: MemoryConnection) {
  return async (messages: readonly OutgoingMessage[]): Promise<void> => {
    for (const message of messages) await deliverOne(connection, message)
  }
}

/** As the outbox relay does: a job whose key is queued already is what its publisher wanted. */
async function deliverOne(connection: MemoryConnection, message: OutgoingMessage): Promise<void> {
  const judged = judgeReply(await publishMessage(connection, message, 1_000))
  if (judged.kind !== 'stored') throw new Error(`${message.subject} cannot be delivered`, { cause: judged })
}
