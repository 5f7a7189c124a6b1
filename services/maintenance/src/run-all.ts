import { orUndefined } from '@danbooru-jobs/actors/internal'
import { JobWatch } from '@danbooru-jobs/actors/operate'
import { createPublisher, type Duration, type JobType, type Publisher } from '@danbooru-jobs/contracts'
import { amcheckDatabase } from '@danbooru-jobs/contracts/danbooru'
import { type JobEnd, milliseconds, streamName } from '@danbooru-jobs/contracts/wire'
import type { JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { maintenanceSchedules } from './schedules.ts'

/**
 * What became of one maintenance job. `already-queued`: one is there already and is left to itself. `no-service`: its service has never
 * run here, so nothing was enqueued. `still-running`: it had not ended when the time was up; it goes on.
 */
export type JobOutcome =
  | JobEnd
  | { readonly state: 'already-queued' }
  | { readonly state: 'no-service' }
  | { readonly state: 'still-running' }

/** One maintenance job and what became of it. */
export interface MaintenanceReport {
  /** The job type's name. */
  readonly job: string
  readonly title: string
  readonly outcome: JobOutcome
}

/** How the jobs are run. */
export interface RunAllOptions {
  /** Default: {@link maintenanceJobs}. */
  readonly jobs?: readonly JobType[]
  /** How long to wait for all of them. Default 1 h. */
  readonly timeout?: Duration
  /** Called as soon as something is known about a job. */
  readonly onReport?: (report: MaintenanceReport) => void
}

/** Every maintenance job: those with a schedule, and the check for corruption. */
export const maintenanceJobs: readonly JobType[] = [
  ...maintenanceSchedules('UTC').map(({ job }) => job),
  amcheckDatabase,
]

/**
 * Runs each maintenance job once, now, and waits for their ends.
 *
 * @returns a report for each job, in their order.
 */
export async function runAllMaintenance(
  { nats, jsm }: { readonly nats: NatsConnection; readonly jsm: JetStreamManager },
  options: RunAllOptions = {},
): Promise<MaintenanceReport[]> {
  const jobs = options.jobs ?? maintenanceJobs
  await using watch = await JobWatch.open(
    nats,
    jobs.map(({ name }) => name),
  )
  const publisher = createPublisher(nats)
  const timeUp = Promise.withResolvers<JobOutcome>()
  const timer = setTimeout(
    () => timeUp.resolve({ state: 'still-running' }),
    milliseconds(options.timeout ?? '1h'),
  )
  const runOne = async (job: JobType): Promise<MaintenanceReport> => {
    const outcome = await outcomeOf(job, jsm, publisher, watch, timeUp.promise)
    const report = { job: job.name, title: job.title, outcome }
    options.onReport?.(report)
    return report
  }
  try {
    return await Promise.all(jobs.map(runOne))
  } finally {
    clearTimeout(timer)
  }
}

async function outcomeOf(
  job: JobType,
  jsm: JetStreamManager,
  publisher: Publisher,
  watch: JobWatch,
  timeUp: Promise<JobOutcome>,
): Promise<JobOutcome> {
  if (!(await hasService(jsm, job))) return { state: 'no-service' }
  const queued = await publisher.enqueue(job, {}, { actor: 'maintenance run' })
  if (queued.status === 'already-queued') return { state: 'already-queued' }
  return Promise.race([watch.ended(queued.id), timeUp])
}

async function hasService(jsm: JetStreamManager, job: JobType): Promise<boolean> {
  return (await orUndefined(jsm.consumers.info(streamName.jobs, job.name))) !== undefined
}
