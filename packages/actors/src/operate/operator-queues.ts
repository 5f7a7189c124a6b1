import { setTimeout as wait } from 'node:timers/promises'
import { streamName } from '@danbooru-jobs/contracts/wire'
import type { JetStreamManager } from '@nats-io/jetstream'
import { isNotFound } from '../transport/not-found.ts'
import { Audit } from './audit.ts'
import type { OperatorConnections } from './connections.ts'
import { UnknownQueueError } from './errors.ts'
import { QueueControl } from './queue-control.ts'
import type { QueueOverview } from './queue-overview.ts'
import { readQueues, readQueuesOf } from './read-queues.ts'
import { askDatabase } from './waiting-jobs.ts'

/** How often a drain looks whether jobs still run, milliseconds. */
const drainPause = 500

/** The queues of the job types, each for all replicas at once. */
export class OperatorQueues {
  readonly #connections: OperatorConnections
  readonly #control: QueueControl
  readonly #audit: Audit

  constructor(connections: OperatorConnections) {
    this.#connections = connections
    this.#control = new QueueControl(connections.nats, connections.jsm, connections.clock)
    this.#audit = new Audit(connections)
  }

  /**
   * Every queue: of the declared types, of those with a consumer, and of those that only have jobs.
   *
   * @throws StreamMissingError if no service has run on this NATS server yet.
   */
  overview(): Promise<QueueOverview[]> {
    const { nats, jsm, clock, database, declaredTypes } = this.#connections
    const sources = { nats, jsm, clock, databaseFacts: () => askDatabase(database.run, clock.now()) }
    return readQueues(sources, declaredTypes)
  }

  /**
   * Stops deliveries of a type until it is resumed. Running jobs continue.
   *
   * @throws UnknownQueueError
   */
  async pause(type: string): Promise<void> {
    await this.#act('queue.pause', type, () => this.#control.pause(type))
  }

  /** @throws UnknownQueueError */
  async resume(type: string): Promise<void> {
    await this.#act('queue.resume', type, () => this.#control.resume(type))
  }

  /**
   * Pauses a type and waits until none of its jobs runs any more.
   *
   * @param signal ends the waiting; the type stays paused.
   * @throws UnknownQueueError
   */
  async drain(type: string, signal: AbortSignal = new AbortController().signal): Promise<void> {
    await this.#act('queue.drain', type, () => this.#control.pause(type))
    await this.#control.drain(type, signal, () => wait(drainPause))
  }

  /**
   * How many jobs {@link purge} would remove now.
   *
   * @throws UnknownQueueError
   */
  async purgeable(type: string): Promise<number> {
    const { nats, jsm, clock } = this.#connections
    await requireQueue(jsm, type)
    const [queue] = await readQueuesOf({ nats, jsm, clock }, [type])
    if (queue === undefined) return 0
    const { running, ...others } = queue.jobs
    return Object.values(others).reduce<number>((sum, jobs) => sum + (jobs ?? 0), 0)
  }

  /**
   * Takes every job of a type off the queue that does not run: scheduled, queued, waiting, retrying. Their batches and lifecycles are
   * notified that they were cancelled.
   *
   * @returns how many were removed.
   * @throws UnknownQueueError
   */
  async purge(type: string): Promise<number> {
    await requireQueue(this.#connections.jsm, type)
    return this.#audit.recorded(
      'queue.purge',
      () => this.#control.purge(type, this.#audit.by),
      (removed) => ({ type, removed }),
    )
  }

  async #act(action: 'queue.pause' | 'queue.resume' | 'queue.drain', type: string, act: () => Promise<void>) {
    await requireQueue(this.#connections.jsm, type)
    await this.#audit.recorded(action, act, () => ({ type }))
  }
}

async function requireQueue(jsm: JetStreamManager, type: string): Promise<void> {
  try {
    await jsm.consumers.info(streamName.jobs, type)
  } catch (error) {
    throw isNotFound(error) ? new UnknownQueueError(type) : error
  }
}
