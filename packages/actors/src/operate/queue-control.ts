import {
  type JobsRemoved,
  queuedFilters,
  type RunningJob,
  scheduledFilter,
  streamName,
  subjects,
} from '@danbooru-jobs/contracts/wire'
import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock } from '../environment/environment.ts'
import { sendNotices } from '../transport/notify-end.ts'
import { removeMessage } from '../transport/stored-messages.ts'
import { storedPages } from '../transport/stored-pages.ts'
import { askWorkers } from './ask-workers.ts'
import { cancelNotices, referenceOf } from './cancelled-jobs.ts'

/** Consumers are paused until a time; an operator's pause has no end. */
const indefinitely = new Date('2100-01-01T00:00:00Z')

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

  /** Stops deliveries of a type until it is resumed. Running jobs continue. */
  async pause(type: string, until: Date = indefinitely): Promise<void> {
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
   * Takes every job of a type off the queue that has not started: scheduled, queued, waiting, retrying. Running jobs continue. The batch
   * of a job and its `Job-Notify` subject are notified that it was cancelled.
   *
   * Delayed ones come first: one that comes due meanwhile is found among the queued ones.
   *
   * @returns how many were removed.
   */
  async purge(type: string, by: string): Promise<number> {
    const wasPaused = (await this.#jsm.consumers.info(streamName.jobs, type)).paused === true
    await this.pause(type)
    try {
      const running = new Set((await this.#running(type)).map((job) => job.streamSequence))
      let removed = 0
      for (const filter of [scheduledFilter(type), ...queuedFilters(type)]) {
        for await (const page of storedPages(this.#jsm, filter)) {
          removed += await this.#remove({ type, filter, by, running }, page)
        }
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

  /** Notifies batches and waiting lifecycles, and only then removes the jobs: a crash in between loses no notice. */
  async #remove(purge: Purge, page: readonly StoredMsg[]): Promise<number> {
    const { type, by, running } = purge
    const reason = `cancelled: purged by ${by}`
    const idle = page.filter(({ seq }) => !running.has(seq))
    const notices = idle.flatMap((stored) => cancelNotices(referenceOf(type, stored), stored, reason))
    await sendNotices(this.#nats, notices)
    const streamSequences = idle.map(({ seq }) => seq)
    const removed = await this.#takeOff(purge, streamSequences)
    const at = this.#clock.now().toISOString()
    const line: JobsRemoved = { jobType: type, streamSequences, reason, by, at }
    if (streamSequences.length > 0) this.#nats.publish(subjects.removed(type), JSON.stringify(line))
    await this.#nats.flush()
    return removed
  }

  /** One request for all of them, unless a running job is before the last. */
  async #takeOff({ filter, running }: Purge, sequences: readonly number[]): Promise<number> {
    const last = sequences.at(-1)
    if (last === undefined) return 0
    if ([...running].every((sequence) => sequence > last)) {
      const { purged } = await this.#jsm.streams.purge(streamName.jobs, { filter, seq: last + 1 })
      return purged
    }
    const gone = await Promise.all(sequences.map((sequence) => removeMessage(this.#jsm, sequence)))
    return gone.filter(Boolean).length
  }
}

/** A purge under way: the jobs of one subject, but for those that run. */
interface Purge {
  readonly type: string
  readonly filter: string
  readonly by: string
  readonly running: ReadonlySet<number>
}
