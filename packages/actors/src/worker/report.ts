import { type ErrorReport, type JobReport, jobLogCopy, subjects } from '@danbooru-jobs/contracts/wire'
import { JobError } from '../outcome/errors.ts'
import type { Json } from '../outcome/outcome.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import { clientHeaders } from '../transport/publish.ts'

/** A job as a report is about it. */
export interface ReportedJob {
  readonly id: string
  readonly type: string
  readonly attempt: number
  readonly crashes: number
  /** Milliseconds. */
  readonly startedAt: number
  readonly message: DeliveredMessage
  /** The progress and the log lines since the last call. */
  takeNews(): { readonly progress: Json | undefined; readonly lines: readonly string[] }
}

/** Writes an entry of the job log. Nothing waits for it: the job log does not acknowledge. */
export function writeReport(
  runtime: Pick<Runtime, 'nats' | 'clock' | 'host'>,
  job: ReportedJob,
  kind: JobReport['kind'],
  more: Partial<JobReport>,
): void {
  const news = job.takeNews()
  const line: JobReport = {
    kind,
    jobId: job.id,
    jobType: job.type,
    streamSequence: job.message.info.streamSequence,
    attempt: job.attempt,
    host: runtime.host,
    crashes: job.crashes,
    at: runtime.clock.now().toISOString(),
    startedAt: new Date(job.startedAt).toISOString(),
    ...(news.progress !== undefined && { progress: news.progress as JobReport['progress'] }),
    ...(news.lines.length > 0 && { lines: [...news.lines] }),
    ...more,
  }
  runtime.nats.publish(subjects.report(job.type, line.streamSequence), JSON.stringify(line))
}

/** An error as the log keeps it. */
export function describeError(error: Error): ErrorReport {
  return {
    name: error.name,
    message: error.message.slice(0, 10_000),
    ...(error instanceof JobError && { code: error.code }),
    ...(error.stack !== undefined && { stack: error.stack.slice(0, 20_000) }),
  }
}

/** Puts a copy of a job's message into the job log if the server has not done so, see `isInJobLog`. */
export function reportStored({ nats }: Pick<Runtime, 'nats'>, message: DeliveredMessage): void {
  const copy = jobLogCopy(message.source, message.info.stream)
  nats.publish(copy.subject, copy.body, { headers: clientHeaders(copy) })
}
