import { endNotices, type JobEnd } from '@danbooru-jobs/contracts/wire'
import { sendNoticesUntilStored } from '../transport/notify-end.ts'
import type { JobRun } from './job-run.ts'
import type { WorkerRuntime } from './worker-runtime.ts'

/**
 * Notifies the job's batch, and the subject in the header `Job-Notify`, of the job's end: before the job is acknowledged, so that
 * the notice cannot be lost. The end counts even if a receiver cannot be notified; that is logged and added to the job's log.
 *
 * @returns undefined if there is no receiver, as for most jobs.
 */
export function notifyEnded(runtime: WorkerRuntime, run: JobRun, end: JobEnd): Promise<void> | undefined {
  const notices = endNotices((name) => run.message.header(name), run, end, run.context)
  return notices.length === 0 ? undefined : send(runtime, run, notices)
}

async function send(
  runtime: WorkerRuntime,
  run: JobRun,
  notices: ReturnType<typeof endNotices>,
): Promise<void> {
  for (const { header, receiver, reason } of await sendNoticesUntilStored(runtime, notices)) {
    const line = `the end of the job was not reported to ${receiver} (${header}): ${reason}`
    run.log.error({ header, reason }, `${line}. Correct the header where the job is enqueued`)
    run.note(line)
    run.report('running')
  }
}
