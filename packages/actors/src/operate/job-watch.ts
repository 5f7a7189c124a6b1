import {
  continuesJob,
  countOf,
  jobHeader,
  jobIdOf,
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
import type { Json } from '../outcome/outcome.ts'

/** How a job ended. */
export type JobEnding =
  | { readonly state: 'done'; readonly result: Json | undefined; readonly attempt: number }
  | { readonly state: 'discarded' | 'cancelled'; readonly reason: string }

/** The parts of the server's words about an acknowledged or terminated message that matter here. */
const aboutMessage = z.object({
  stream_seq: z.number(),
  deliveries: z.number().default(1),
  reason: z.string().default(''),
})

/**
 * Follows jobs to their ends, for commands and tests that have enqueued them. It reads the job log from the moment it is opened, so
 * open it before the jobs are enqueued. A job that a handler snoozes counts as done: the job log does not see it again until it is due.
 */
export class JobWatch implements AsyncDisposable {
  readonly #messages: ConsumerMessages
  readonly #jobOfSequence = new Map<number, string>()
  readonly #lastSequence = new Map<string, number>()
  readonly #results = new Map<number, Json>()
  readonly #attemptsUsed = new Map<number, number>()
  /** Messages of jobs that go on as another message, which is not seen before it is due. */
  readonly #continued = new Set<number>()
  readonly #endings = new Map<string, PromiseWithResolvers<JobEnding>>()

  /** @param types names of the job types to follow. */
  static async open(nats: NatsConnection, types: readonly string[]): Promise<JobWatch> {
    const filters = types.flatMap((type) => [
      ...queuedFilters(type).map((filter) => subjects.stored.replace('jobs.>', filter)),
      `job-log.report.${type}.*`,
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
  ended(jobId: string): Promise<JobEnding> {
    return this.#ending(jobId).promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#messages.close()
  }

  async #read(): Promise<void> {
    for await (const message of this.#messages) this.#note(message)
  }

  #note(message: JsMsg): void {
    const [root, kind] = message.subject.split('.')
    if (root !== 'job-log') this.#noteEnd(message)
    else if (kind === 'stored') this.#noteStored(message)
    else this.#noteReport(message)
  }

  #noteEnd(message: JsMsg): void {
    const about = aboutMessage.safeParse(message.json())
    if (!about.success || about.data.reason === vanishedReason) return
    const { stream_seq, deliveries, reason } = about.data
    const jobId = this.#jobOfSequence.get(stream_seq)
    // Only the last message of a job ends it: those before were put back.
    if (jobId === undefined || this.#lastSequence.get(jobId) !== stream_seq) return
    const isTerminated = message.subject.includes('MSG_TERMINATED')
    if (!isTerminated && this.#continued.has(stream_seq)) return
    this.#ending(jobId).resolve(
      isTerminated
        ? terminated(reason)
        : {
            state: 'done',
            result: this.#results.get(stream_seq),
            attempt: (this.#attemptsUsed.get(stream_seq) ?? 0) + deliveries,
          },
    )
  }

  #noteStored(message: JsMsg): void {
    const sequence = Number(message.headers?.get(natsHeader.sequence))
    const jobId = jobIdOf((name) => message.headers?.get(name) || undefined, sequence)
    this.#jobOfSequence.set(sequence, jobId)
    this.#lastSequence.set(jobId, sequence)
    const used = countOf(message.headers?.get(jobHeader.attempts) || undefined)
    if (used) this.#attemptsUsed.set(sequence, used)
  }

  #noteReport(message: JsMsg): void {
    const report = jobReport.safeParse(message.json())
    if (!report.success) return
    const { streamSequence, result } = report.data
    if (result !== undefined) this.#results.set(streamSequence, result)
    // A message that is redelivered for the next attempt is reported again when that starts.
    if (continuesJob(report.data)) this.#continued.add(streamSequence)
    else this.#continued.delete(streamSequence)
  }

  #ending(jobId: string): PromiseWithResolvers<JobEnding> {
    const known = this.#endings.get(jobId) ?? Promise.withResolvers<JobEnding>()
    this.#endings.set(jobId, known)
    return known
  }
}

/** The first word of a termination says whether somebody wanted it. */
function terminated(reason: string): JobEnding {
  const code = terminationCodes.find((known) => reason.startsWith(known))
  return { state: code === 'cancelled' ? 'cancelled' : 'discarded', reason }
}
