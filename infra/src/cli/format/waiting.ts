import { describeWaiting, type WaitingJob } from '@danbooru-jobs/actors/operate'
import { type Column, shorten, table } from './table.ts'
import { timeText } from './time.ts'

const columns: readonly Column<WaitingJob>[] = [
  { title: 'since', value: (job) => timeText(job.since) },
  { title: 'type', value: (job) => job.jobType },
  { title: 'id', value: (job) => job.jobId },
  { title: 'why', value: (job) => shorten(describeWaiting(job), 120) },
]

/** Jobs that may not start yet as a table, the longest waiting first, or a sentence when there is none. Times are UTC. */
export function waitingText(jobs: readonly WaitingJob[]): string {
  return jobs.length === 0 ? 'no job waits for a limit' : table(columns, jobs)
}

/** The same for scripts: each with the sentence that people read. */
export function waitingValue(
  jobs: readonly WaitingJob[],
): readonly (WaitingJob & { readonly why: string })[] {
  return jobs.map((job) => ({ ...job, why: describeWaiting(job) }))
}
