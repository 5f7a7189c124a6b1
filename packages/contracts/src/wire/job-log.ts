import { z } from 'zod'
import { jobHeader, natsHeader } from './headers.ts'
import { storableId } from './storable-text.ts'
import { streamName } from './streams.ts'

/** What an error looks like in the log and in the history. */
export const errorReport = z.object({
  name: z.string(),
  message: z.string(),
  /** Stable code of our own error classes, see `JobError`. */
  code: z.string().optional(),
  stack: z.string().optional(),
})

/** An error as the log and the history keep it. */
export type ErrorReport = z.output<typeof errorReport>

/**
 * What a worker adds to the job log, on `job-log.report.<type>.<stream sequence>`: only what the server cannot know. A job
 * that succeeds at its first attempt within a second adds nothing.
 *
 * - `started`: a later attempt begins, or the only one of a job type with `attempts: 1`; written before the handler runs, so that a
 *   crash leaves a trace.
 * - `running`: the attempt still runs; repeated with progress and log lines.
 * - `failed`: the attempt failed; `nextAttemptAt` is absent when it was the last.
 * - `parked`: the job may not start yet and waits as a schedule; its message leaves the queue without having been an attempt.
 * - `ended`: the job ended with something to keep: a result, or the error that discarded it.
 */
export const jobReport = z.object({
  kind: z.enum(['started', 'running', 'failed', 'parked', 'ended']),
  jobId: z.string(),
  jobType: z.string(),
  streamSequence: z.number(),
  attempt: z.number(),
  host: z.string(),
  /** Times the job took its worker down in a row before this attempt. */
  crashes: z.number().default(0),
  at: z.iso.datetime(),
  startedAt: z.iso.datetime().optional(),
  error: errorReport.optional(),
  nextAttemptAt: z.iso.datetime().optional(),
  progress: z.json().optional(),
  lines: z.array(z.string()).optional(),
  result: z.json().optional(),
  /** What a parked job waits for: a limit's name and key; `until` for a rate, whose time is certain. */
  waitingFor: z.object({ limit: z.string(), key: z.string(), until: z.iso.datetime().optional() }).optional(),
})

/** A line that a worker adds to the job log. */
export type JobReport = z.output<typeof jobReport>

/**
 * Whether a report means that its job continues as another message, so that the acknowledgment of this one is not the job's end: the
 * job waits for its next attempt, or for a limit.
 */
export function continuesJob({ kind, nextAttemptAt }: JobReport): boolean {
  return kind === 'parked' || (kind === 'failed' && nextAttemptAt !== undefined)
}

/**
 * What the server gives as the reason of a termination (2.15) when a consumer waits for the acknowledgment of a message that is gone
 * from the stream. No program has decided that: a server that was killed may remember that it took a done job off the queue and have
 * forgotten that its consumer knows. So the reason does not show how the job ended.
 */
export const vanishedReason = 'Unacknowledged message was deleted'

/**
 * The first word of a termination's reason is the cause for which the job left the queue without being done. `cancelled` is the
 * only one that does not make it a dead letter.
 */
export const terminationCodes = [
  'payload-invalid',
  'type-unknown',
  'record-gone',
  'discarded',
  'attempts-exhausted',
  'crashed',
  'cancelled',
] as const

/** Why a job left the queue without being done. */
export type TerminationCode = (typeof terminationCodes)[number]

/**
 * The id of a job: its own header, or the message id, or, for a job that was published with no headers at all, its place in
 * the stream. Every program that names a job uses this. Every store accepts it, see {@link storableId}.
 */
export function jobIdOf(header: (name: string) => string | undefined, streamSequence: number): string {
  return storableId(
    header(jobHeader.id) || header(natsHeader.msgId) || `${streamName.jobs}-${streamSequence}`,
  )
}

/** On `job-log.removed.<type>`: jobs that an operator took off the queue before they started. */
export const jobsRemoved = z.object({
  jobType: z.string(),
  streamSequences: z.array(z.number()),
  /** A termination's reason: code, colon, words. */
  reason: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
})

/** Jobs that an operator took off the queue. */
export type JobsRemoved = z.output<typeof jobsRemoved>

/** On `job-log.cancel.<type>.<stream sequence>`: so that a job that comes back after a crash is not started again. */
export const cancelRequested = z.object({
  jobId: z.string(),
  by: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
})

/** An operator's request to cancel a job. */
export type CancelRequested = z.output<typeof cancelRequested>

/** What a worker reports about a job that it holds. */
export const runningJob = z.object({
  jobId: z.string(),
  jobType: z.string(),
  streamSequence: z.number(),
  attempt: z.number(),
  host: z.string(),
  /** Absent while it waits in the worker for a free slot. */
  startedAt: z.iso.datetime().optional(),
  progress: z.json().optional(),
})

/** A job that a worker holds. */
export type RunningJob = z.output<typeof runningJob>

/**
 * Whether JOB_LOG has the server's copy of a job for certain, by the headers of the job's message.
 *
 * It may have none, because the message keeps headers that a stream takes for instructions, if the job came
 * - out of a repeating schedule (`Nats-Schedule-Next` is a time), or
 * - out of a schedule that was published in a batch of several (the log takes it for a piece of a batch).
 *
 * The worker that gets such a job reports it in full.
 */
export function isInJobLog(header: (name: string) => string | undefined): boolean {
  if (!header(natsHeader.scheduler)) return true
  if (header(natsHeader.scheduleNext) !== 'purge') return false
  if (!header(natsHeader.batchId)) return true
  return header(natsHeader.batchSequence) === '1' && Boolean(header(natsHeader.batchCommit))
}
