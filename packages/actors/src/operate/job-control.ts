import {
  type CancelRequested,
  type JobsRemoved,
  jobHeader,
  type RunningJob,
  streamName,
  subjects,
} from '@danbooru-jobs/contracts/wire'
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  type StoredMsg,
} from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock } from '../environment/environment.ts'
import { askWorkers } from './ask-workers.ts'
import { copyOf } from './stored-job.ts'
import { tellCancelled } from './tell-ends.ts'

/** A job as operators name it: what the history knows of every job. */
export interface JobReference {
  readonly id: string
  readonly type: string
  /** Where the job stands in the stream JOBS. */
  readonly streamSequence: number
}

/** What became of a request to cancel. */
export type Cancelled =
  /** It had not started; it is off the queue. */
  | { readonly kind: 'removed' }
  /** It runs; its handler has been told to stop, and is settled without if it does not obey. */
  | { readonly kind: 'aborting'; readonly job: RunningJob }
  /** It had ended already. */
  | { readonly kind: 'not-found' }

/** What became of a request to run a job now. */
export type RunNow =
  | { readonly kind: 'started'; readonly streamSequence: number }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'running'; readonly job: RunningJob }

/** What an operator can do to single jobs, from any host. */
export class JobControl {
  readonly #nats: NatsConnection
  readonly #js: JetStreamClient
  readonly #jsm: JetStreamManager
  readonly #clock: Clock

  constructor(nats: NatsConnection, js: JetStreamClient, jsm: JetStreamManager, clock: Clock) {
    this.#nats = nats
    this.#js = js
    this.#jsm = jsm
    this.#clock = clock
  }

  /**
   * Cancels a job wherever it is: queued, delayed, waiting for a retry, or running on any host.
   *
   * The wish is written down first, so that a job whose worker dies before it has heard is not started again. Then the workers
   * are asked; if nobody has the job, it is taken off the queue; and they are asked once more, because it may have been on its way
   * to one of them.
   */
  async cancel(job: JobReference, by: string, reason = 'cancelled by an operator'): Promise<Cancelled> {
    const at = this.#clock.now().toISOString()
    const wish: CancelRequested = { jobId: job.id, by, reason, at }
    this.#nats.publish(subjects.cancelRequest(job.type, job.streamSequence), JSON.stringify(wish))
    const before = await this.#tellWorkers(job, by, reason)
    if (before) return before
    const stored = await this.#stored(job)
    if (!stored) return { kind: 'not-found' }
    await this.#deleteStored(job.streamSequence)
    const after = await this.#tellWorkers(job, by, reason)
    if (after) return after
    await this.#reportRemoved(job.type, [job.streamSequence], `cancelled: ${reason} (by ${by})`, by)
    await tellCancelled(this.#nats, [{ job, stored }], `cancelled: ${reason}`)
    return { kind: 'removed' }
  }

  /** Who runs, or holds, jobs of a type, in all processes. */
  async running(type: string): Promise<RunningJob[]> {
    return (await askWorkers<RunningJob[]>(this.#nats, subjects.control('running', type), {})).flat()
  }

  /**
   * Runs a delayed job, or one that waits for a retry, now. It keeps its id and the attempts it has used.
   *
   * The new message cancels the schedule in the same write, so the job is never there twice; one that waits for a retry is
   * published again first and then removed, and its second delivery, should there be one, finds it done.
   */
  async runNow(job: JobReference, attemptsUsed: number): Promise<RunNow> {
    const held = (await this.running(job.type)).find((one) => one.jobId === job.id)
    if (held) return { kind: 'running', job: held }
    const stored = await this.#stored(job)
    if (!stored) return { kind: 'not-found' }
    const copy = copyOf(stored, job, attemptsUsed, this.#clock.now())
    const ack = await this.#js.publish(copy.subject, copy.body, { headers: copy.headers })
    if (!stored.subject.startsWith('schedules.')) {
      await this.#deleteStored(job.streamSequence)
    }
    return { kind: 'started', streamSequence: ack.seq }
  }

  /**
   * Takes one job off the queue, whatever its state. A running handler is not stopped. Whoever waits for the job is told that it was
   * cancelled, before it is gone: a crash in between makes nobody wait for ever.
   *
   * @returns false if it was not in the queue.
   */
  async remove(job: JobReference, by: string): Promise<boolean> {
    const stored = await this.#stored(job)
    if (!stored) return false
    await tellCancelled(this.#nats, [{ job, stored }], `cancelled: deleted by ${by}`)
    const gone = await this.#deleteStored(job.streamSequence)
    if (gone) await this.#reportRemoved(job.type, [job.streamSequence], `cancelled: deleted by ${by}`, by)
    return gone
  }

  async #tellWorkers(job: JobReference, by: string, reason: string): Promise<Cancelled | undefined> {
    const question = { jobId: job.id, reason: `${reason} (by ${by})` }
    const isHolder = (answer: Cancelled) => answer.kind !== 'not-found'
    const subject = subjects.control('cancel', job.type)
    const answers = await askWorkers<Cancelled>(this.#nats, subject, question, (all) => all.some(isHolder))
    return answers.find(isHolder)
  }

  async #stored(job: JobReference): Promise<StoredMsg | undefined> {
    const stored = await orMissing(this.#jsm.streams.getMessage(streamName.jobs, { seq: job.streamSequence }))
    const id = stored?.header.get(jobHeader.id)
    return stored && (id === '' || id === job.id) ? stored : undefined
  }

  async #deleteStored(streamSequence: number): Promise<boolean> {
    return (await orMissing(this.#jsm.streams.deleteMessage(streamName.jobs, streamSequence, false))) ?? false
  }

  async #reportRemoved(
    jobType: string,
    streamSequences: number[],
    reason: string,
    by: string,
  ): Promise<void> {
    const removed: JobsRemoved = { jobType, streamSequences, reason, by, at: this.#clock.now().toISOString() }
    this.#nats.publish(subjects.removed(jobType), JSON.stringify(removed))
    await this.#nats.flush()
  }
}

async function orMissing<Value>(asked: Promise<Value | null>): Promise<Value | undefined> {
  try {
    return (await asked) ?? undefined
  } catch (error) {
    const missing: readonly number[] = [JetStreamApiCodes.NoMessageFound, 10043]
    if (error instanceof JetStreamApiError && missing.includes(error.code)) return undefined
    throw error
  }
}
