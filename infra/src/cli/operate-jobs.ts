import { type HistoryJob, Redrive } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { ExpectedError } from '../expected-error.ts'
import { wholeNumberArgument } from './arguments.ts'
import type { RedriveCommand } from './commands/jobs.ts'
import { type Column, shorten, table } from './format/table.ts'
import { sinceArgument } from './job-arguments.ts'
import { knownJob, withControls } from './with-control.ts'

/** An answer for scripts and for people. */
export interface Answer {
  readonly value: unknown
  readonly text: string
}

/** Cancels a job wherever it is. @throws {ExpectedError} when it has ended */
export function cancelJob(id: string): Promise<Answer> {
  return withControls(async (controls) => {
    const job = await knownJob(controls, id)
    const cancelled = await controls.jobs.cancel(referenceOf(job), controls.by)
    if (cancelled.kind === 'not-found')
      throw new ExpectedError(`${named(job)} is ${job.state}: nothing to cancel.`)
    await controls.audit('job.cancel', { job: id, type: job.type })
    const text =
      cancelled.kind === 'removed'
        ? `${named(job)} is off the queue.`
        : `${named(job)} runs on ${cancelled.job.host} and was told to stop.`
    return { value: cancelled, text }
  })
}

/** Runs a job now that was to run later. @throws {ExpectedError} when it is not waiting */
export function runJob(id: string): Promise<Answer> {
  return withControls(async (controls) => {
    const job = await knownJob(controls, id)
    const result = await controls.jobs.runNow(referenceOf(job), job.attempts)
    if (result.kind !== 'started')
      throw new ExpectedError(`${named(job)} is ${job.state}: it does not wait for its time.`)
    await controls.audit('job.run-now', { job: id, type: job.type })
    return { value: result, text: `${named(job)} is queued to run now.` }
  })
}

/** Starts an ended job again. @throws {ExpectedError} when it has not ended badly */
export function retryJob(id: string): Promise<Answer> {
  return withControls(async (controls) => {
    const job = await knownJob(controls, id)
    const filter = { jobIds: [id], states: [job.state] }
    const { jobs } = await new Redrive(controls.database, systemClock).redrive(filter, { by: controls.by })
    if (jobs.length === 0)
      throw new ExpectedError(
        `${named(job)} is ${job.state}: only what was discarded, cancelled or lost is retried.`,
      )
    return { value: { jobs }, text: `${named(job)} starts again.` }
  })
}

/** Takes a job off the queue. @throws {ExpectedError} when it is not there */
export function deleteJob(id: string): Promise<Answer> {
  return withControls(async (controls) => {
    const job = await knownJob(controls, id)
    const removed = await controls.jobs.remove(referenceOf(job), controls.by)
    if (!removed)
      throw new ExpectedError(
        `${named(job)} is ${job.state}: it is not in the queue. The history forgets it after 7 days.`,
      )
    await controls.audit('job.delete', { job: id, type: job.type })
    return { value: { removed }, text: `${named(job)} is off the queue.` }
  })
}

const columns: readonly Column<{ id: string; type: string; reason: string | null }>[] = [
  { title: 'type', value: (job) => job.type },
  { title: 'id', value: (job) => job.id },
  { title: 'why', value: (job) => shorten(job.reason ?? '', 80) },
]

/** Starts all dead letters again that fit. */
export function redriveJobs(asked: RedriveCommand): Promise<Answer> {
  const { type, error, since, perSecond, dryRun } = asked
  const from = since === undefined ? undefined : sinceArgument('--since', since, systemClock.now())
  const filter = {
    ...(type !== undefined && { types: type.split(',') }),
    ...(error !== undefined && { error }),
    ...(from !== undefined && { queuedFrom: from }),
  }
  const limit = wholeNumberArgument('--limit', asked.limit, 1, 1_000_000)
  const rate =
    perSecond === undefined ? undefined : wholeNumberArgument('--per-second', perSecond, 1, 100_000)
  return withControls(async ({ database, by }) => {
    const redriven = await new Redrive(database, systemClock).redrive(filter, {
      by,
      limit,
      dryRun: dryRun === true,
      ...(rate !== undefined && { perSecond: rate }),
    })
    const count = redriven.jobs.length
    const head = dryRun ? `${count} would start again:` : `${count} start again:`
    return {
      value: redriven,
      text: count === 0 ? 'no such dead letters' : `${head}\n${table(columns, redriven.jobs)}`,
    }
  })
}

function referenceOf(job: HistoryJob) {
  return { id: job.id, type: job.type, streamSequence: job.sequence }
}

function named(job: HistoryJob): string {
  return `${job.type} ${job.id}`
}
