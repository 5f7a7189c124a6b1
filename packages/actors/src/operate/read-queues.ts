import {
  jobTypeOfSubject,
  natsHeader,
  parseJobSubject,
  queuedFilters,
  type RunningJob,
  scheduledFilter,
  streamName,
  subjects,
} from '@danbooru-jobs/contracts/wire'
import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock } from '../environment/environment.ts'
import { isNotFound, orUndefined } from '../transport/not-found.ts'
import { subjectCounts } from '../transport/subject-counts.ts'
import { askWorkers } from './ask-workers.ts'
import { StreamMissingError } from './errors.ts'
import {
  type ConsumerFacts,
  type DatabaseFacts,
  overviewOf,
  type QueueFacts,
  type QueueOverview,
} from './queue-overview.ts'

/** What the queues are read from. */
export interface QueueSources {
  readonly nats: NatsConnection
  readonly jsm: JetStreamManager
  readonly clock: Clock
  /** What the database says of each type, see `askDatabase`; without it `waiting` is unknown. */
  readonly databaseFacts?: (() => Promise<ReadonlyMap<string, DatabaseFacts>>) | undefined
}

/**
 * Every queue: of the declared types, of those with a consumer, and of those that only have jobs in the stream. Nothing is counted
 * message by message: a few requests for each type, and the subjects of the stream, a page at a time, if there are jobs of another type.
 *
 * @param declared names of job types.
 * @throws StreamMissingError if no service has made the stream JOBS yet.
 */
export async function readQueues(
  sources: QueueSources,
  declared: readonly string[] = [],
): Promise<QueueOverview[]> {
  const consumers = new Map<string, ConsumerInfo>()
  const messages = await messagesStored(sources.jsm)
  for await (const info of sources.jsm.consumers.list(streamName.jobs)) consumers.set(info.name, info)
  const database = await sources.databaseFacts?.()
  const known = new Set([...declared, ...consumers.keys()])
  const facts = await Promise.all(
    [...known].map((type) =>
      readFacts(sources, type, {
        isDeclared: declared.includes(type),
        consumer: consumers.get(type),
        database,
      }),
    ),
  )
  const counted = facts.reduce((sum, { stored, schedules }) => sum + stored + schedules, 0)
  const others = counted >= messages ? [] : await otherTypes(sources.nats, known)
  const now = sources.clock.now()
  return [...facts, ...others]
    .map((one) => overviewOf(one, now))
    .sort((a, b) => (a.type < b.type ? -1 : Number(a.type > b.type)))
}

/** The queues of these types only; a type without a consumer has none. Four requests for a type whose jobs do not run. */
export async function readQueuesOf(
  sources: QueueSources,
  types: readonly string[],
): Promise<QueueOverview[]> {
  const database = await sources.databaseFacts?.()
  const found = await Promise.all(
    types.map(async (type) => {
      const consumer = await consumerOf(sources.jsm, type)
      return readFacts(sources, type, { isDeclared: true, consumer, database })
    }),
  )
  const now = sources.clock.now()
  return found.map((facts) => overviewOf(facts, now))
}

interface Known {
  readonly isDeclared: boolean
  readonly consumer: ConsumerInfo | undefined
  readonly database: ReadonlyMap<string, DatabaseFacts> | undefined
}

const nothingKnown: DatabaseFacts = { waitsFor: [], retrying: 0 }

async function readFacts({ nats }: QueueSources, type: string, known: Known): Promise<QueueFacts> {
  const { isDeclared, database } = known
  const consumer = known.consumer && consumerFacts(known.consumer)
  const [schedules, held, ...stored] = await Promise.all([
    firstOf(nats, scheduledFilter(type)),
    heldJobs(nats, type, consumer?.unacknowledged ?? 0),
    ...queuedFilters(type).map((filter) => firstOf(nats, filter)),
  ])
  const oldest = Math.min(...stored.map(({ storedAt }) => storedAt))
  return {
    type,
    isDeclared,
    consumer,
    stored: stored.reduce((sum, { count }) => sum + count, 0),
    oldest: Number.isFinite(oldest) ? oldest : undefined,
    schedules: schedules.count,
    held,
    database: database && (database.get(type) ?? nothingKnown),
  }
}

/** Asked only where something is delivered, and until all of it is found: as a rule a worker that is silent is not waited for. */
function heldJobs(nats: NatsConnection, type: string, delivered: number): Promise<RunningJob[][]> {
  if (delivered === 0) return Promise.resolve([])
  return askWorkers<RunningJob[]>(
    nats,
    subjects.control('running', type),
    {},
    (answers) => answers.reduce((sum, { length }) => sum + length, 0) >= delivered,
  )
}

/** How many messages a filter matches, and when the first was stored (ADR-31: `Nats-Num-Pending` says how many follow). */
async function firstOf(nats: NatsConnection, filter: string): Promise<{ count: number; storedAt: number }> {
  const asked = JSON.stringify({ next_by_subj: filter, seq: 1, batch: 1 })
  const { headers } = await nats.request(`$JS.API.DIRECT.GET.${streamName.jobs}`, asked, { timeout: 2_000 })
  if (headers === undefined || headers.code !== 0) return { count: 0, storedAt: Number.POSITIVE_INFINITY }
  return {
    count: Number(headers.get('Nats-Num-Pending') || 0) + 1,
    storedAt: Date.parse(headers.get(natsHeader.timeStamp)),
  }
}

/** Jobs that no consumer asks for, and whose type the caller does not know. */
async function otherTypes(nats: NatsConnection, known: ReadonlySet<string>): Promise<QueueFacts[]> {
  const found = new Map<string, { stored: number; schedules: number }>()
  for await (const page of subjectCounts(nats, streamName.jobs, '>')) {
    for (const [subject, count] of Object.entries(page)) {
      const type = jobTypeOfSubject(subject) ?? subject
      if (known.has(type)) continue
      const counts = found.get(type) ?? { stored: 0, schedules: 0 }
      counts[parseJobSubject(subject)?.root === 'schedules' ? 'schedules' : 'stored'] += count
      found.set(type, counts)
    }
  }
  return [...found].map(([type, counts]) => ({
    type,
    ...counts,
    isDeclared: false,
    consumer: undefined,
    oldest: undefined,
    held: [],
    database: nothingKnown,
  }))
}

async function messagesStored(jsm: JetStreamManager): Promise<number> {
  try {
    return (await jsm.streams.info(streamName.jobs)).state.messages
  } catch (error) {
    throw isNotFound(error) ? new StreamMissingError() : error
  }
}

function consumerOf(jsm: JetStreamManager, type: string): Promise<ConsumerInfo | undefined> {
  return orUndefined(jsm.consumers.info(streamName.jobs, type))
}

function consumerFacts(info: ConsumerInfo): ConsumerFacts {
  return {
    pending: info.num_pending,
    unacknowledged: info.num_ack_pending,
    redelivered: info.num_redelivered,
    pulls: info.num_waiting,
    isPaused: info.paused === true,
  }
}
