import {
  continuesJob,
  type JobEnd,
  jobIdOf,
  jobLogPrefix,
  jobReport,
  natsHeader,
  queuedFilters,
  streamName,
  subjects,
  terminationCodes,
  vanishedReason,
} from '@danbooru-jobs/contracts/wire'
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream'
import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { z } from 'zod'

/** What is read of the server's metrics and advisories about an acknowledged or terminated message. */
const aboutMessage = z.object({
  stream_seq: z.number(),
  reason: z.string().default(''),
})

/**
 * Follows jobs to their ends, for commands and tests that have enqueued them. It reads the job log from the moment it is opened, so
 * it is opened before the jobs are enqueued. A job that is snoozed counts as done.
 */
export class JobWatch implements AsyncDisposable {
  readonly #messages: ConsumerMessages
  readonly #jobOfSequence = new Map<number, string>()
  readonly #lastSequence = new Map<string, number>()
  readonly #results = new Map<number, unknown>()
  /** Messages whose job continues as another message: a schedule, of which the log has no copy. */
  readonly #continued = new Set<number>()
  readonly #endings = new Map<string, PromiseWithResolvers<JobEnd>>()

  /** @param types names of the job types to follow. */
  static async open(nats: NatsConnection, types: readonly string[]): Promise<JobWatch> {
    const filters = types.flatMap((type) => [
      ...queuedFilters(type).map((filter) => subjects.stored.replace('jobs.>', filter)),
      subjects.reportsOf(type),
      subjects.acknowledged(streamName.jobs).replace('>', type),
      subjects.consumerAdvisories(streamName.jobs).replace('*', 'MSG_TERMINATED').replace('>', type),
    ])
    const consumer = await jetstream(nats).consumers.get(streamName.jobLog, {
      filter_subjects: filters,
      deliver_policy: 'new',
    })
    return new JobWatch(await consumer.consume())
  }

  private constructor(messages: ConsumerMessages) {
    this.#messages = messages
    void this.#read()
  }

  /** Resolves when the job has ended; never, if it does not. */
  ended(jobId: string): Promise<JobEnd> {
    return this.#ending(jobId).promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#messages.close()
  }

  async #read(): Promise<void> {
    for await (const message of this.#messages) this.#note(message)
  }

  #note(message: JsMsg): void {
    const { subject } = message
    if (subject.startsWith(jobLogPrefix.stored)) this.#noteStored(message)
    else if (subject.startsWith(jobLogPrefix.report)) this.#noteReport(message)
    else this.#noteEnd(message)
  }

  #noteEnd(message: JsMsg): void {
    const about = aboutMessage.safeParse(message.json())
    if (!about.success || about.data.reason === vanishedReason) return
    const { stream_seq, reason } = about.data
    const jobId = this.#jobOfSequence.get(stream_seq)
    const isTerminated = message.subject.includes('MSG_TERMINATED')
    if (!isTerminated && this.#continued.has(stream_seq)) return
    // Only the last message of a job ends it: those before were put back.
    if (jobId === undefined || this.#lastSequence.get(jobId) !== stream_seq) return
    this.#ending(jobId).resolve(
      isTerminated ? terminated(reason) : { state: 'done', result: this.#results.get(stream_seq) },
    )
  }

  #noteStored(message: JsMsg): void {
    const sequence = Number(message.headers?.get(natsHeader.sequence))
    const jobId = jobIdOf((name) => message.headers?.get(name) || undefined, sequence)
    this.#jobOfSequence.set(sequence, jobId)
    this.#lastSequence.set(jobId, sequence)
  }

  #noteReport(message: JsMsg): void {
    const report = jobReport.safeParse(message.json())
    if (!report.success) return
    const { streamSequence, result } = report.data
    if (result !== undefined) this.#results.set(streamSequence, result)
    if (continuesJob(report.data)) this.#continued.add(streamSequence)
    else this.#continued.delete(streamSequence)
  }

  #ending(jobId: string): PromiseWithResolvers<JobEnd> {
    const known = this.#endings.get(jobId) ?? Promise.withResolvers<JobEnd>()
    this.#endings.set(jobId, known)
    return known
  }
}

/** The first word of a termination's reason says whether the job was cancelled. */
function terminated(reason: string): JobEnd {
  const code = terminationCodes.find((known) => reason.startsWith(known))
  return { state: code === 'cancelled' ? 'cancelled' : 'discarded', reason }
}
