import { batchNewsMessage, contextHeaders, jobEndedMessage, jobHeader } from '@danbooru-jobs/contracts'
import { headersOf } from '../control/stored-job.ts'
import type { Json } from '../outcome.ts'
import type { JobRun } from './job-run.ts'
import { publishUntilStored } from './publish.ts'
import type { Runtime } from './runtime.ts'

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
  if (batch !== undefined) await tellBatch(runtime, run, batch, end.state)
  if (notify === undefined) return
  const job = { jobId: run.id, jobType: run.type, attempt: run.attempt }
  const message = jobEndedMessage(
    notify,
    end.state === 'done'
      ? { type: 'job.done', ...job, ...(end.result !== undefined && { result: end.result as never }) }
      : { type: 'job.discarded', ...job, reason: end.reason },
  )
  await publishUntilStored(runtime, {
    subject: message.subject,
    headers: headersOf({ ...message, headers: { ...contextHeaders(run.context), ...message.headers } }),
    body: message.body,
  })
}

async function tellBatch(
  runtime: Runtime,
  run: JobRun,
  batch: string,
  state: JobEnd['state'],
): Promise<void> {
  const message = batchNewsMessage({ type: 'job.ended', batch, jobId: run.id, state })
  await publishUntilStored(runtime, { ...message, headers: headersOf(message) })
}
