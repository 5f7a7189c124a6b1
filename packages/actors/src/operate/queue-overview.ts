import type { RunningJob, UnfinishedState } from '@danbooru-jobs/contracts/wire'

/** Jobs of one type that may not start because of a limit. */
export interface LimitWait {
  /** The limit's name; `ordered:<type>` for the order of a key. */
  readonly limit: string
  readonly jobs: number
}

/** How many jobs are in each state; null where the database would have to be asked and was not. */
export type StateCounts = Readonly<Record<Exclude<UnfinishedState, 'waiting'>, number>> & {
  /** Null: unknown, and counted as `scheduled`. */
  readonly waiting: number | null
}

/** The queue of one job type. */
export interface QueueOverview {
  readonly type: string
  readonly jobs: StateCounts
  /** What the waiting jobs wait for, the longest queue first. */
  readonly waitsFor: readonly LimitWait[]
  /** Jobs that were delivered more than once, among those running and retrying. */
  readonly redelivered: number
  /** Age of the oldest job that is not scheduled and has not ended, seconds; null if there is none or it was not looked for. */
  readonly oldestAge: number | null
  /** Deliveries are stopped until an operator resumes the queue. */
  readonly isPaused: boolean
  /** A worker asks for such jobs, or holds one. */
  readonly hasWorkers: boolean
  /** The queue has a consumer: a service of this type has run. Without one nothing delivers its jobs. */
  readonly hasConsumer: boolean
  /** The type is among those that the caller knows. */
  readonly isDeclared: boolean
}

/** The consumer of a queue, as the server counts. */
export interface ConsumerFacts {
  /** Not delivered yet. */
  readonly pending: number
  /** Delivered and not acknowledged. */
  readonly unacknowledged: number
  readonly redelivered: number
  /** Requests of workers for jobs, unanswered. */
  readonly pulls: number
  readonly isPaused: boolean
}

/** What the database adds: the server does not distinguish one schedule from another. */
export interface DatabaseFacts {
  readonly waitsFor: readonly LimitWait[]
  /** Jobs that wait for their next attempt, by the counters of the history, which lag behind by less than a second. */
  readonly retrying: number
}

/** Everything that is asked about one queue. */
export interface QueueFacts {
  readonly type: string
  readonly isDeclared: boolean
  readonly consumer: ConsumerFacts | undefined
  /** Messages to run now. */
  readonly stored: number
  /** When the first of them was stored, milliseconds. */
  readonly oldest: number | undefined
  /** Messages to run later: scheduled, waiting or retrying. */
  readonly schedules: number
  /** One list for each worker that answered. */
  readonly held: readonly (readonly RunningJob[])[]
  readonly database: DatabaseFacts | undefined
}

/**
 * Counts the jobs of a queue by state. The facts are not from one moment: no count is negative, and none is larger than the facts that
 * it is taken from.
 *
 * - A job that a worker has prefetched is `queued`, or `retrying` from its second attempt on.
 * - What is delivered and held by no worker is `retrying`. So is, until it answers again, the job of a worker that did not answer.
 * - The next attempt of a failed job may be a schedule: the history says how many there are beyond those that were delivered.
 */
export function overviewOf(facts: QueueFacts, now: Date): QueueOverview {
  const { consumer, database, held, oldest } = facts
  const delivered = deliveredJobs(consumer?.unacknowledged ?? 0, held.flat())
  const waitsFor = [...(database?.waitsFor ?? [])].sort(
    (a, b) => b.jobs - a.jobs || compare(a.limit, b.limit),
  )
  const waiting = Math.min(
    facts.schedules,
    waitsFor.reduce((sum, { jobs }) => sum + jobs, 0),
  )
  const later = facts.schedules - waiting
  const retriesLater = Math.min(later, Math.max(0, (database?.retrying ?? 0) - delivered.retrying))
  return {
    type: facts.type,
    jobs: {
      scheduled: later - retriesLater,
      queued: (consumer === undefined ? facts.stored : consumer.pending) + delivered.prefetched,
      waiting: database === undefined ? null : waiting,
      running: delivered.running,
      retrying: delivered.retrying + retriesLater,
    },
    waitsFor,
    redelivered: consumer?.redelivered ?? 0,
    oldestAge: oldest === undefined ? null : Math.max(0, now.getTime() - oldest) / 1_000,
    isPaused: consumer?.isPaused ?? false,
    hasWorkers: held.length > 0 || (consumer?.pulls ?? 0) > 0,
    hasConsumer: consumer !== undefined,
    isDeclared: facts.isDeclared,
  }
}

/** Workers answer a moment later than the server: what they hold is at most what was delivered. */
function deliveredJobs(unacknowledged: number, held: readonly RunningJob[]) {
  const running = Math.min(unacknowledged, held.filter((job) => job.startedAt !== undefined).length)
  const first = held.filter((job) => job.startedAt === undefined && job.attempt <= 1).length
  const prefetched = Math.min(unacknowledged - running, first)
  return { running, prefetched, retrying: unacknowledged - running - prefetched }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
