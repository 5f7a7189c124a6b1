import { queuedFilters, scheduledFilter, streamName } from '@danbooru-jobs/contracts/wire'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Runtime } from '../runtime/runtime.ts'

/** The queue of a job type in the whole system. */
export interface QueueDepth {
  readonly type: string
  /** Stored and not done: ready, running or waiting for a retry. */
  readonly queued: number
  /** Not delivered yet. */
  readonly ready: number
  /** Delivered and not settled: running, or waiting for a retry. */
  readonly unsettled: number
  /** To run later. */
  readonly delayed: number
  /** May not start before others have ended: the running one of its key, or those that take up a limit. */
  readonly waiting: number
  /** Age of the oldest job that is not done, seconds. */
  readonly oldestAge: number
  readonly paused: boolean
}

type Asking = Pick<Runtime, 'nats' | 'jsm' | 'clock'>

/**
 * Asks the server about the queues of some job types: four small requests for each, all at once. Nothing is counted message by message:
 * a direct get of the first message tells how many follow (`Nats-Num-Pending`, ADR-31). Where jobs are delayed, some may be parked: the
 * running jobs of their type are looked at then.
 *
 * @param limited how many jobs of a type wait for limits, which the database knows.
 */
export function queueDepths(
  asking: Asking,
  types: readonly string[],
  limited: ReadonlyMap<string, number> = new Map(),
): Promise<QueueDepth[]> {
  return Promise.all(types.map((type) => queueDepth(asking, type, limited.get(type) ?? 0)))
}

async function queueDepth({ nats, jsm, clock }: Asking, type: string, limited: number): Promise<QueueDepth> {
  const [info, scheduled, ...stored] = await Promise.all([
    jsm.consumers.info(streamName.jobs, type),
    firstOf(nats, scheduledFilter(type)),
    ...queuedFilters(type).map((filter) => firstOf(nats, filter)),
  ])
  const waiting = Math.min(limited, scheduled.count)
  const oldest = Math.min(...stored.map(({ storedAt }) => storedAt))
  return {
    type,
    queued: stored.reduce((sum, { count }) => sum + count, 0),
    ready: info.num_pending,
    unsettled: info.num_ack_pending,
    delayed: Math.max(0, scheduled.count - waiting),
    waiting,
    oldestAge: Number.isFinite(oldest) ? Math.max(0, clock.now().getTime() - oldest) / 1_000 : 0,
    paused: info.paused === true,
  }
}

/** How many messages a subject has, and when the first was stored. */
async function firstOf(nats: NatsConnection, filter: string): Promise<{ count: number; storedAt: number }> {
  const asked = JSON.stringify({ next_by_subj: filter, seq: 1, batch: 1 })
  const { headers } = await nats.request(`$JS.API.DIRECT.GET.${streamName.jobs}`, asked, { timeout: 2_000 })
  if (headers === undefined || headers.code !== 0) return { count: 0, storedAt: Number.POSITIVE_INFINITY }
  return {
    count: Number(headers.get('Nats-Num-Pending') || 0) + 1,
    storedAt: Date.parse(headers.get('Nats-Time-Stamp')),
  }
}
