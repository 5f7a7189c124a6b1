import { subjectCounts } from '@danbooru-jobs/actors/internal'
import { JobControl, QueueControl, type QueueState, waitingCounts } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { jobTypeByName, jobTypes } from '@danbooru-jobs/contracts/danbooru'
import { jobFilters, jobTypeOfSubject, streamName } from '@danbooru-jobs/contracts/wire'
import { JetStreamApiCodes, JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { ExpectedError } from '../expected-error.ts'
import { withDatabase } from './connections.ts'
import { type LimitedJobs, type QueueRow, queueRow } from './format/queues.ts'

/**
 * The queue of every declared job type, and of whatever else is found in the stream.
 *
 * @throws {ExpectedError} when no service has made the streams yet
 */
export async function listQueues(nats: NatsConnection): Promise<QueueRow[]> {
  const manager = await jetstreamManager(nats)
  const queues = await new QueueControl(nats, manager, systemClock).list().catch(noStream)
  const byType = new Map(queues.map((queue) => [queue.type, queue]))
  const running = await runningByType(
    new JobControl(nats, jetstream(nats), manager, systemClock),
    queues.filter((queue) => queue.unsettled > 0),
  )
  const stored = await countByType(nats, jobFilters.queued)
  const limited = await limitedByType()
  const declared = jobTypes.map((type) => type.name)
  const names = new Set<string>([...declared, ...byType.keys(), ...stored.keys(), ...(limited?.keys() ?? [])])
  return [...names].sort().map((name) =>
    queueRow(name, {
      known: jobTypeByName(name) !== undefined,
      queue: byType.get(name),
      stored: stored.get(name) ?? 0,
      running: running.get(name) ?? 0,
      limited: limited && (limited.get(name) ?? []),
    }),
  )
}

function noStream(error: unknown): never {
  const isMissing = error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound
  if (!isMissing) throw error
  throw new ExpectedError(`There is no stream ${streamName.jobs} yet: the services make it when they start.`)
}

/** What workers hold and have not started yet does not count as running. */
async function runningByType(
  jobs: JobControl,
  queues: readonly QueueState[],
): Promise<ReadonlyMap<string, number>> {
  const counts = queues.map(async ({ type }): Promise<[string, number]> => {
    const held = await jobs.running(type)
    return [type, held.filter((job) => job.startedAt !== undefined).length]
  })
  return new Map(await Promise.all(counts))
}

/** Queues can be looked at without the database too. */
async function limitedByType(): Promise<ReadonlyMap<string, readonly LimitedJobs[]> | undefined> {
  try {
    const counts = await withDatabase((database) => waitingCounts(database.entityManager()))
    const byType = new Map<string, LimitedJobs[]>()
    for (const { jobType, limit, waiting } of counts)
      byType.set(jobType, [...(byType.get(jobType) ?? []), { limit, waiting }])
    return byType
  } catch (error) {
    if (error instanceof ExpectedError) return undefined
    throw error
  }
}

async function countByType(nats: NatsConnection, filter: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for await (const page of subjectCounts(nats, streamName.jobs, filter)) {
    for (const [subject, count] of Object.entries(page)) {
      const type = jobTypeOfSubject(subject) ?? subject
      counts.set(type, (counts.get(type) ?? 0) + count)
    }
  }
  return counts
}
