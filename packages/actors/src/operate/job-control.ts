import {
  type CancelRequested,
  followUp,
  type JobsRemoved,
  jobIdOf,
  parseJobSubject,
  type RunningJob,
  subjects,
} from '@danbooru-jobs/contracts/wire'
import type { JetStreamClient, JetStreamManager, StoredMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Clock } from '../environment/environment.ts'
import { sendNotices } from '../transport/notify-end.ts'
import { clientHeaders, sourceOf } from '../transport/publish.ts'
import { messageAt, removeMessage } from '../transport/stored-messages.ts'
import { askWorkers } from './ask-workers.ts'
import { cancelNotices, type JobReference } from './cancelled-jobs.ts'

/** What became of a request to cancel. */
export type CancelResult =
  /** It had not started; it is off the queue. */
  | { readonly kind: 'removed' }
  /** It runs; its handler was aborted, and the job is settled without the handler if that ignores its signal. */
  | { readonly kind: 'aborting'; readonly job: RunningJob }
  /** It had ended already. */
  | { readonly kind: 'not-found' }

/** What became of a request to run a job now. */
export type RunNowResult =
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
   * The request is stored first, so that a job whose worker dies before it gets the request is not started again. Then the workers
   * are asked; if none holds the job, it is taken off the queue; and they are asked once more, because it may have been delivered
   * to one of them meanwhile.
   */
  async cancel(job: JobReference, by: string, reason = 'cancelled by an operator'): Promise<CancelResult> {
    const at = this.#clock.now().toISOString()
    const request: CancelRequested = { jobId: job.id, by, reason, at }
    this.#nats.publish(subjects.cancelRequest(job.type, job.streamSequence), JSON.stringify(request))
    const before = await this.#askHolders(job, by, reason)
    if (before) return before
    const stored = await this.#stored(job)
    if (!stored) return { kind: 'not-found' }
    await this.#remove(job.streamSequence)
    const after = await this.#askHolders(job, by, reason)
    if (after) return after
    await this.#reportRemoved(job.type, [job.streamSequence], `cancelled: ${reason} (by ${by})`, by)
    await sendNotices(this.#nats, cancelNotices(job, stored, `cancelled: ${reason}`))
    return { kind: 'removed' }
  }

  /** The jobs of a type that workers hold, in all processes. */
  async running(type: string): Promise<RunningJob[]> {
    return (await askWorkers<RunningJob[]>(this.#nats, subjects.control('running', type), {})).flat()
  }

  /**
   * Runs a delayed job, or one that waits for a retry, now. It keeps its id and the attempts it has used.
   *
   * The new message removes the schedule in the same write, so the job is never there twice; one that waits for a retry is
   * published again first and then removed, and a second delivery, should there be one, finds it done.
   */
  async runNow(job: JobReference, attemptsUsed: number): Promise<RunNowResult> {
    const held = (await this.running(job.type)).find((one) => one.jobId === job.id)
    if (held) return { kind: 'running', job: held }
    const stored = await this.#stored(job)
    if (!stored) return { kind: 'not-found' }
    const next = followUp(sourceOf(stored), { kind: 'run-now', attemptsUsed })
    const ack = await this.#js.publish(next.subject, next.body, { headers: clientHeaders(next) })
    if (parseJobSubject(stored.subject)?.root !== 'schedules') await this.#remove(job.streamSequence)
    return { kind: 'started', streamSequence: ack.seq }
  }

  /**
   * Takes one job off the queue, whatever its state. A running handler is not stopped. Its batch and its `Job-Notify` subject are
   * notified that it was cancelled before it is removed, so that a crash in between loses no notice.
   *
   * @returns false if it was not in the queue.
   */
  async remove(job: JobReference, by: string): Promise<boolean> {
    const stored = await this.#stored(job)
    if (!stored) return false
    await sendNotices(this.#nats, cancelNotices(job, stored, `cancelled: deleted by ${by}`))
    const gone = await this.#remove(job.streamSequence)
    if (gone) await this.#reportRemoved(job.type, [job.streamSequence], `cancelled: deleted by ${by}`, by)
    return gone
  }

  async #askHolders(job: JobReference, by: string, reason: string): Promise<CancelResult | undefined> {
    const question = { jobId: job.id, reason: `${reason} (by ${by})` }
    const isHolder = (answer: CancelResult) => answer.kind !== 'not-found'
    const subject = subjects.control('cancel', job.type)
    const answers = await askWorkers<CancelResult>(this.#nats, subject, question, (all) => all.some(isHolder))
    return answers.find(isHolder)
  }

  async #stored(job: JobReference): Promise<StoredMsg | undefined> {
    const stored = await messageAt(this.#jsm, job.streamSequence)
    return stored && jobIdOf((name) => stored.header.get(name), stored.seq) === job.id ? stored : undefined
  }

  #remove(streamSequence: number): Promise<boolean> {
    return removeMessage(this.#jsm, streamSequence)
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
