import { contextHeaders, jobHeader, natsHeader } from '@danbooru-jobs/contracts'
import { headers } from '@nats-io/transport-node'
import type { Json } from '../outcome.ts'
import type { JobRun } from './job-run.ts'
import { publishUntilStored } from './publish.ts'
import type { Runtime } from './runtime.ts'

/** How a job ended, for whoever asked to be told. */
export type JobEnd =
  | { readonly state: 'done'; readonly result: Json | undefined }
  | { readonly state: 'discarded' | 'cancelled'; readonly reason: string }

/**
 * Tells the subject in the header `Job-Notify`, if there is one, how the job ended. A child reports to its parent durably, and
 * neither needs to know the other's type; the message id makes a second report of the same end disappear.
 */
export async function notifyEnded(runtime: Runtime, run: JobRun, end: JobEnd): Promise<void> {
  const subject = run.message.header(jobHeader.notify)
  if (subject === undefined) return
  const told = headers()
  told.set(natsHeader.msgId, `${run.id}:${end.state}`)
  for (const [name, value] of Object.entries(contextHeaders(run.context))) told.set(name, value)
  const body = {
    type: end.state === 'done' ? 'job.done' : 'job.discarded',
    jobId: run.id,
    jobType: run.type,
    attempt: run.attempt,
    ...(end.state === 'done' ? { result: end.result } : { reason: end.reason }),
  }
  await publishUntilStored(runtime, { subject, headers: told, body: JSON.stringify(body) })
}
