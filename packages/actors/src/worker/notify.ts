import { PayloadInvalidError } from '@danbooru-jobs/contracts'
import {
  batchNewsMessage,
  contextHeaders,
  jobEndedMessage,
  jobHeader,
  type OutgoingMessage,
} from '@danbooru-jobs/contracts/wire'
import type { Json } from '../outcome/outcome.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { publishIfPossible } from '../transport/publish.ts'
import type { JobRun } from './job-run.ts'
import { report } from './report.ts'

/** How a job ended, for whoever asked to be told. */
export type JobEnd =
  | { readonly state: 'done'; readonly result: Json | undefined }
  | { readonly state: 'discarded' | 'cancelled'; readonly reason: string }

/**
 * Tells the job's batch, and the subject in the header `Job-Notify`, how the job ended. A child reports to its parent durably, and
 * neither needs to know the other's type; the message id makes a second report of the same end disappear.
 *
 * @returns undefined if nobody waits, as for most jobs.
 */
export function notifyEnded(runtime: Runtime, run: JobRun, end: JobEnd): Promise<void> | undefined {
  const batch = run.message.header(jobHeader.batch)
  const notify = run.message.header(jobHeader.notify)
  if (batch === undefined && notify === undefined) return undefined
  return tell(runtime, run, end, { batch, notify })
}

async function tell(
  runtime: Runtime,
  run: JobRun,
  end: JobEnd,
  { batch, notify }: { readonly batch: string | undefined; readonly notify: string | undefined },
): Promise<void> {
  if (batch !== undefined) {
    const news = { type: 'job.ended', batch, jobId: run.id, state: end.state } as const
    await tellOne(runtime, run, jobHeader.batch, () => batchNewsMessage(news))
  }
  if (notify !== undefined) await tellOne(runtime, run, jobHeader.notify, () => endMessage(run, end, notify))
}

function endMessage(run: JobRun, end: JobEnd, notify: string): OutgoingMessage {
  const job = { jobId: run.id, jobType: run.type, attempt: run.attempt }
  const message = jobEndedMessage(
    notify,
    end.state === 'done'
      ? { type: 'job.done', ...job, ...(end.result !== undefined && { result: end.result as never }) }
      : { type: 'job.discarded', ...job, reason: end.reason },
  )
  return { ...message, headers: { ...contextHeaders(run.context), ...message.headers } }
}

/**
 * The job's end counts, whoever cannot be told: a header that names nobody must not bring the job back for ever. What could not be told
 * stands in the log of the service and in that of the job.
 */
async function tellOne(
  runtime: Runtime,
  run: JobRun,
  header: string,
  made: () => OutgoingMessage,
): Promise<void> {
  const reason = await publishNews(runtime, made)
  if (reason === undefined) return
  const line = `nobody was told how the job ended: ${header} names ${run.message.header(header)}. ${reason}`
  run.log.error({ header, reason }, `${line}. Correct the header where the job is enqueued`)
  run.note(line)
  report(runtime, run, 'running')
}

async function publishNews(runtime: Runtime, made: () => OutgoingMessage): Promise<string | undefined> {
  try {
    return await publishIfPossible(runtime, made())
  } catch (error) {
    if (error instanceof PayloadInvalidError) return error.message
    throw error
  }
}
