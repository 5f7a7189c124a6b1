import { type JobsRemoved, type RunningJob, streamName, subjects } from '@danbooru-jobs/contracts'
import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock } from '../clock.ts'
import { askWorkers } from './ask-workers.ts'
import { storedSequences } from './stored-sequences.ts'

/** The queue of one job type, as the server knows it. */
export interface QueueState {
  readonly type: string
  /** Not delivered yet. */
  readonly queued: number
  /** Delivered and not settled: running, or waiting for a retry. */
  readonly unsettled: number
  /** Of those unsettled, how many were delivered more than once. */
  readonly redelivered: number
  /** Published for later. */
  readonly delayed: number
  readonly paused: boolean
  /** Whether any worker asks for jobs of this type at the moment. */
  readonly workers: boolean
}

/** Consumers are paused until a time; an operator's pause has no end. */
const forEver = new Date('2100-01-01T00:00:00Z')

/** What an operator can do to all jobs of a type: the same for every replica at once, and kept by the server through restarts. */
export class QueueControl {
  readonly #nats: NatsConnection
  readonly #jsm: JetStreamManager
  readonly #clock: Clock

  constructor(nats: NatsConnection, jsm: JetStreamManager, clock: Clock) {
    this.#nats = nats
    this.#jsm = jsm
    this.#clock = clock
  }

  /** Every queue that has a consumer. */
  async list(): Promise<QueueState[]> {
    const delayed = await this.#delayed()
    const queues: QueueState[] = []
    for await (const info of this.#jsm.consumers.list(streamName.jobs)) {
      queues.push(stateOf(info, delayed.get(info.name) ?? 0))
    }
    return queues.sort((a, b) => a.type.localeCompare(b.type))
  }

  /** Stops deliveries of a type until it is resumed. Running jobs go on. */
  async pause(type: string, until: Date = forEver): Promise<void> {
    await this.#jsm.consumers.pause(streamName.jobs, type, until)
  }

  async resume(type: string): Promise<void> {
    await this.#jsm.consumers.resume(streamName.jobs, type)
  }

  /**
   * Pauses a type and waits until none of its jobs runs any more.
   *
   * @param signal ends the waiting; the type stays paused.
   */
  async drain(type: string, signal: AbortSignal, pause: () => Promise<void>): Promise<void> {
    await this.pause(type)
    while ((await this.#running(type)).length > 0) {
      signal.throwIfAborted()
      await pause()
    }
  }

  /**
   * Takes every job of a type off the queue that has not started: queued, delayed, waiting for a retry. Running jobs go on.
   *
   * @returns how many were removed.
   */
  async purge(type: string, by: string): Promise<number> {
    const wasPaused = (await this.#jsm.consumers.info(streamName.jobs, type)).paused === true
    await this.pause(type)
    try {
      const running = new Set((await this.#running(type)).map((job) => job.streamSequence))
      let removed = 0
      for await (const sequences of storedSequences(this.#jsm, [
        ...subjects.jobFilters(type),
        `schedules.${type}.>`,
      ])) {
        removed += await this.#remove(
          type,
          sequences.filter((sequence) => !running.has(sequence)),
          by,
        )
      }
      return removed
    } finally {
      if (!wasPaused) await this.resume(type)
    }
  }

  #running(type: string): Promise<RunningJob[]> {
    return askWorkers<RunningJob[]>(this.#nats, subjects.control('running', type), {}).then((all) =>
      all.flat(),
    )
  }

  async #remove(type: string, sequences: readonly number[], by: string): Promise<number> {
    const gone = await Promise.all(sequences.map((sequence) => this.#delete(sequence)))
    const streamSequences = sequences.filter((_, index) => gone[index])
    const reason = `cancelled: purged by ${by}`
    const line: JobsRemoved = {
      jobType: type,
      streamSequences,
      reason,
      by,
      at: this.#clock.now().toISOString(),
    }
    if (streamSequences.length > 0) this.#nats.publish(subjects.removed(type), JSON.stringify(line))
    await this.#nats.flush()
    return streamSequences.length
  }

  async #delete(sequence: number): Promise<boolean> {
    try {
      return await this.#jsm.streams.deleteMessage(streamName.jobs, sequence, false)
    } catch {
      return false
    }
  }

  async #delayed(): Promise<Map<string, number>> {
    const { state } = await this.#jsm.streams.info(streamName.jobs, {
      subjects_filter: subjects.allSchedules,
    })
    const counts = new Map<string, number>()
    for (const [subject, count] of Object.entries(state.subjects ?? {})) {
      const type = subject.split('.')[1] ?? ''
      counts.set(type, (counts.get(type) ?? 0) + count)
    }
    return counts
  }
}

function stateOf(info: ConsumerInfo, delayed: number): QueueState {
  return {
    type: info.name,
    queued: info.num_pending,
    unsettled: info.num_ack_pending,
    redelivered: info.num_redelivered,
    delayed,
    paused: info.paused === true,
    workers: info.num_waiting > 0,
  }
}
