import { systemClock } from '@danbooru-jobs/actors/program'
import { ExpectedError } from '../expected-error.ts'
import type { Answer } from './answer.ts'
import { confirm } from './confirm.ts'
import { countText } from './format/count.ts'
import { type Column, shorten, table } from './format/table.ts'
import { typesArgument } from './known-types.ts'
import type { JobListOptions } from './show-jobs.ts'
import { sinceArgument } from './times.ts'
import { withOperator } from './with-operator.ts'

/** Cancels a job wherever it is. @throws {ExpectedError} when it has ended */
export async function cancelJob(id: string): Promise<Answer> {
  const value = await withOperator(({ jobs }) => jobs.cancel(id))
  switch (value.kind) {
    case 'removed':
      return { value, text: `${id} is off the queue.` }
    case 'aborting':
      return { value, text: `${id} runs on ${value.job.host}; its handler was aborted.` }
    case 'not-found':
      throw new ExpectedError(`${id} is ${value.state}: nothing to cancel.`)
    default:
      return value satisfies never
  }
}

/** Runs a job now that was to run later. @throws {ExpectedError} when it is not waiting */
export async function runJob(id: string): Promise<Answer> {
  const value = await withOperator(({ jobs }) => jobs.runNow(id))
  switch (value.kind) {
    case 'started':
      return { value, text: `${id} is queued to run now.` }
    case 'running':
      throw new ExpectedError(`${id} runs on ${value.job.host} already.`)
    case 'not-found':
      throw new ExpectedError(`${id} is ${value.state}: it is not in the queue.`)
    default:
      return value satisfies never
  }
}

/** Starts an ended job again. @throws {ExpectedError} when it has not ended badly */
export async function retryJob(id: string): Promise<Answer> {
  const value = await withOperator(({ jobs }) => jobs.retry(id))
  switch (value.kind) {
    case 'restarted':
      return { value, text: `${id} starts again.` }
    case 'not-redrivable':
      throw new ExpectedError(`${id} is ${value.state}: only discarded, cancelled and lost jobs are retried.`)
    default:
      return value satisfies never
  }
}

/** Takes a job off the queue. @throws {ExpectedError} when it is not there */
export async function deleteJob(id: string): Promise<Answer> {
  const value = await withOperator(({ jobs }) => jobs.delete(id))
  switch (value.kind) {
    case 'removed':
      return { value, text: `${id} is off the queue.` }
    case 'not-found':
      throw new ExpectedError(
        `${id} is ${value.state}: it is not in the queue. The history keeps it for 7 days.`,
      )
    default:
      return value satisfies never
  }
}

const columns: readonly Column<{ id: string; type: string; reason: string | null }>[] = [
  { title: 'type', value: (job) => job.type },
  { title: 'id', value: (job) => job.id },
  { title: 'why', value: (job) => shorten(job.reason ?? '', 80) },
]

/** What `jobs redrive` was asked, as it was written. */
export interface RedriveCommand extends Omit<JobListOptions, 'state' | 'watch'> {
  readonly perSecond?: number
  readonly dryRun?: true
  readonly yes?: true
}

/**
 * Starts all dead letters again that fit. Without a filter it asks first, with the count.
 *
 * @throws {UsageError} when it would have to ask, and there is no terminal
 */
export async function redriveJobs(asked: RedriveCommand): Promise<Answer> {
  const { type, error, since, limit, perSecond, dryRun } = asked
  const from = since === undefined ? undefined : sinceArgument('--since', since, systemClock.now())
  const options = { limit, dryRun: dryRun === true, ...(perSecond !== undefined && { perSecond }) }
  const value = await withOperator(async ({ jobs }, { run }) => {
    const types = await typesArgument(run, type)
    const filter = {
      ...(types !== undefined && { types }),
      ...(error !== undefined && { error }),
      ...(from !== undefined && { queuedFrom: from }),
    }
    const isFiltered = Object.keys(filter).length > 0
    if (!isFiltered && !options.dryRun && asked.yes !== true) {
      const planned = await jobs.redrive(filter, { ...options, dryRun: true })
      if (planned.jobs.length === 0) return planned
      await confirm(`This starts ${countText(planned.jobs.length, 'dead letter')} of all types again.`)
    }
    return jobs.redrive(filter, options)
  })
  const count = value.jobs.length
  if (count === 0) return { value, text: 'no such dead letters' }
  const what = countText(count, 'job')
  const head = dryRun ? `${what} would start again:` : `${what} started again:`
  return { value, text: (isColoured) => `${head}\n${table(columns, value.jobs, isColoured)}` }
}
