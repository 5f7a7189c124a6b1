import type { JobFilter } from '../history/job-filter.ts'
import { type HistoryAttempt, type HistoryJob, JobHistory, type ListOptions } from '../history/job-history.ts'
import type { RunSql } from '../sql/run-sql.ts'
import { UnknownJobError } from './errors.ts'
import { type WaitingJob, waitingJobs } from './waiting-jobs.ts'

/** A job of a list, and what it waits for if it may not start. */
export type ListedJob = HistoryJob & { readonly waitingFor: WaitingJob | null }

/** A page of a list; `next` is absent on the last one. */
export interface ListedJobs {
  readonly jobs: readonly ListedJob[]
  readonly next?: string
}

/** One job with all that is known about it. */
export interface JobDetails {
  readonly job: ListedJob
  /** Its failed attempts, oldest first. */
  readonly attempts: readonly HistoryAttempt[]
}

/** Jobs that fit the filter, newest first. */
export async function listJobs(
  run: RunSql,
  filter: JobFilter = {},
  options: ListOptions = {},
): Promise<ListedJobs> {
  const page = await new JobHistory(run).list(filter, options)
  return { ...page, jobs: await withWaiting(run, page.jobs) }
}

/**
 * One job with all that is known about it.
 *
 * @throws UnknownJobError
 */
export async function jobDetails(run: RunSql, id: string): Promise<JobDetails> {
  const history = new JobHistory(run)
  const [job] = await withWaiting(run, [await knownJob(history, id)])
  if (job === undefined) throw new UnknownJobError(id)
  return { job, attempts: await history.attempts(id) }
}

/** @throws UnknownJobError */
export async function knownJob(history: JobHistory, id: string): Promise<HistoryJob> {
  const job = await history.find(id)
  if (job === undefined) throw new UnknownJobError(id)
  return job
}

async function withWaiting(run: RunSql, jobs: readonly HistoryJob[]): Promise<ListedJob[]> {
  const jobIds = jobs.filter(({ state }) => state === 'waiting').map(({ id }) => id)
  const waiting = jobIds.length === 0 ? [] : await waitingJobs(run, { jobIds, most: jobIds.length })
  const byId = new Map(waiting.map((one) => [one.jobId, one]))
  return jobs.map((job) => ({ ...job, waitingFor: byId.get(job.id) ?? null }))
}
