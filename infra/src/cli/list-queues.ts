import { subjectCounts } from '@danbooru-jobs/actors'
import { jobTypeByName, jobTypeOfSubject, jobTypes, streamName, subjects } from '@danbooru-jobs/contracts'
import { type ConsumerInfo, JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { ExpectedError } from '../expected-error.ts'
import { askWorkers } from './ask-workers.ts'
import { type QueueFacts, type QueueRow, queueRow } from './format/queues.ts'

/**
 * The queue of every declared job type, and of whatever else is found in the stream.
 *
 * @throws {ExpectedError} when no service has made the streams yet
 */
export async function listQueues(nats: NatsConnection): Promise<QueueRow[]> {
  const consumers = await consumersByName(nats)
  const stored = await countByType(nats, subjects.allJobs)
  const delayed = await countByType(nats, subjects.allSchedules)
  const workers = await askWorkers(nats)
  const declared = jobTypes.map((type) => type.name)
  const names = new Set<string>([...declared, ...consumers.keys(), ...stored.keys(), ...delayed.keys()])
  return [...names].sort().map((name) => {
    const facts: QueueFacts = {
      consumer: consumerFacts(consumers.get(name)),
      stored: stored.get(name) ?? 0,
      delayed: delayed.get(name) ?? 0,
      running: workers.get(name)?.running ?? 0,
      workers: workers.get(name)?.workers ?? 0,
    }
    return queueRow(name, jobTypeByName(name) !== undefined, facts)
  })
}

async function consumersByName(nats: NatsConnection): Promise<Map<string, ConsumerInfo>> {
  const manager = await jetstreamManager(nats)
  const found = new Map<string, ConsumerInfo>()
  try {
    for await (const info of manager.consumers.list(streamName.jobs)) found.set(info.name, info)
  } catch (error) {
    const isMissing = error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound
    if (!isMissing) throw error
    throw new ExpectedError(
      `There is no stream ${streamName.jobs} yet: the services make it when they start.`,
    )
  }
  return found
}

async function countByType(nats: NatsConnection, filter: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for await (const page of subjectCounts(nats, streamName.jobs, filter)) {
    for (const [subject, count] of Object.entries(page)) {
      const type = jobTypeOfSubject(subject) ?? subject
      counts.set(type, (counts.get(type) ?? 0) + count)
    }
  }
  return counts
}

function consumerFacts(info: ConsumerInfo | undefined): QueueFacts['consumer'] {
  if (info === undefined) return undefined
  return {
    pending: info.num_pending,
    unsettled: info.num_ack_pending,
    redelivered: info.num_redelivered,
    pausedFor: (info.pause_remaining ?? 0) / 1_000_000,
  }
}
