import type { JobState } from '@danbooru-jobs/contracts'
import type { JobFilter } from '../history/job-filter.ts'
import { type HistoryJob, JobHistory, type ListOptions } from '../history/job-history.ts'
import type { RunSql } from '../sql/run-sql.ts'
import { Audit } from './audit.ts'
import type { JobReference } from './cancelled-jobs.ts'
import type { OperatorConnections } from './connections.ts'
import { type CancelResult, JobControl, type RunNowResult } from './job-control.ts'
import { type JobDetails, jobDetails, knownJob, type ListedJobs, listJobs } from './job-views.ts'
import { Redrive, type RedriveOptions, type RedriveResult } from './redrive.ts'

/** The job is not in the queue: nothing was done. */
export interface NotInQueue {
  readonly kind: 'not-found'
  /** Its state as the history has it. */
  readonly state: JobState
}

/** What became of a request to start an ended job again. `not-redrivable`: only discarded, cancelled and lost jobs can be. */
export type RetryResult =
  | { readonly kind: 'restarted' }
  | { readonly kind: 'not-redrivable'; readonly state: JobState }

type Found<Result extends { readonly kind: string }> = Exclude<Result, { readonly kind: 'not-found' }>

/** The jobs, as the history and the queue have them. An id that the history does not know is an {@link UnknownJobError}. */
export class OperatorJobs {
  readonly #run: RunSql
  readonly #history: JobHistory
  readonly #control: JobControl
  readonly #redrive: Redrive
  readonly #audit: Audit

  constructor(connections: OperatorConnections) {
    const { nats, js, jsm, clock, database } = connections
    this.#run = database.run
    this.#history = new JobHistory(database.run)
    this.#control = new JobControl(nats, js, jsm, clock)
    this.#redrive = new Redrive(database, clock)
    this.#audit = new Audit(connections)
  }

  /** Jobs that fit the filter, newest first. */
  list(filter?: JobFilter, options?: ListOptions): Promise<ListedJobs> {
    return listJobs(this.#run, filter, options)
  }

  /** How many jobs fit the filter; counting stops at `atMost`, default 10,000. */
  count(filter: JobFilter, atMost?: number): Promise<number> {
    return this.#history.count(filter, atMost)
  }

  /** @throws UnknownJobError */
  show(id: string): Promise<JobDetails> {
    return jobDetails(this.#run, id)
  }

  /**
   * Cancels a job wherever it is: scheduled, queued, waiting, retrying, or running on any host.
   *
   * @throws UnknownJobError
   */
  async cancel(id: string, reason?: string): Promise<Found<CancelResult> | NotInQueue> {
    const job = await knownJob(this.#history, id)
    return this.#act('job.cancel', job, () => this.#control.cancel(referenceOf(job), this.#audit.by, reason))
  }

  /**
   * Runs a job now that is scheduled, waiting or retrying. It keeps its id and the attempts it has used.
   *
   * @throws UnknownJobError
   */
  async runNow(id: string): Promise<Found<RunNowResult> | NotInQueue> {
    const job = await knownJob(this.#history, id)
    return this.#act('job.run-now', job, () => this.#control.runNow(referenceOf(job), job.attempts))
  }

  /**
   * Takes a job off the queue. A running handler is not stopped.
   *
   * @throws UnknownJobError
   */
  async delete(id: string): Promise<{ readonly kind: 'removed' } | NotInQueue> {
    const job = await knownJob(this.#history, id)
    const remove = async (): Promise<{ readonly kind: 'removed' } | { readonly kind: 'not-found' }> =>
      (await this.#control.remove(referenceOf(job), this.#audit.by))
        ? { kind: 'removed' }
        : { kind: 'not-found' }
    return this.#act('job.delete', job, remove)
  }

  /**
   * Starts an ended job again, with all its attempts.
   *
   * @throws UnknownJobError
   */
  async retry(id: string): Promise<RetryResult> {
    const { state } = await knownJob(this.#history, id)
    const { jobs } = await this.redrive({ jobIds: [id], states: [state] })
    return jobs.length === 0 ? { kind: 'not-redrivable', state } : { kind: 'restarted' }
  }

  /** Redrives all dead letters that match a filter; see {@link Redrive}. */
  redrive(filter: JobFilter, options: Omit<RedriveOptions, 'by'> = {}): Promise<RedriveResult> {
    return this.#redrive.redrive(filter, { ...options, by: this.#audit.by })
  }

  async #act<Result extends { readonly kind: string }>(
    action: 'job.cancel' | 'job.run-now' | 'job.delete',
    { id, type, state }: HistoryJob,
    act: () => Promise<Result>,
  ): Promise<Found<Result> | NotInQueue> {
    const isDone = ({ kind }: Result) => kind !== 'not-found' && kind !== 'running'
    const result = await this.#audit.recorded(action, act, (one) =>
      isDone(one) ? { job: id, type } : undefined,
    )
    return isFound(result) ? result : { kind: 'not-found', state }
  }
}

function isFound<Result extends { readonly kind: string }>(result: Result): result is Found<Result> {
  return result.kind !== 'not-found'
}

function referenceOf({ id, type, sequence }: HistoryJob): JobReference {
  return { id, type, streamSequence: sequence }
}
