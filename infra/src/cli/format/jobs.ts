import type { HistoryAttempt, JobDetails, ListedJob } from '@danbooru-jobs/actors/operate'
import { coloured, stateTone, type Tone } from './colour.ts'
import { type Column, printable, shorten, table } from './table.ts'
import { durationText, timeText } from './time.ts'
import { waitingText } from './waiting.ts'

const columns: readonly Column<ListedJob>[] = [
  { title: 'queued', value: (job) => timeText(job.queuedAt) },
  { title: 'type', value: (job) => job.type },
  { title: 'state', value: (job) => job.state, tone: (job) => stateTone(job.state) },
  { title: 'attempts', value: (job) => job.attempts, align: 'right' },
  { title: 'took', value: (job) => durationText(job.durationMs), align: 'right' },
  { title: 'id', value: (job) => job.id },
  { title: 'payload', value: (job) => shorten(payloadText(job), 40) },
  { title: 'why', value: (job) => shorten(whyText(job), 80) },
]

/** Jobs as a table, or a sentence when there is none. Times are UTC. */
export function jobsText(jobs: readonly ListedJob[], isColoured = false): string {
  return jobs.length === 0 ? 'no jobs' : table(columns, jobs, isColoured)
}

/** One job with all that is known about it, one fact on a line, then its failed attempts. */
export function jobText({ job, attempts }: JobDetails, isColoured = false): string {
  const facts: readonly (readonly [name: string, value: string | undefined, tone?: Tone | undefined])[] = [
    ['id', job.id],
    ['type', job.type],
    ['state', job.state, stateTone(job.state)],
    ['why', whyText(job)],
    ['payload', payloadText(job)],
    ['result', job.result === null ? undefined : JSON.stringify(job.result)],
    ['progress', job.progress === null ? undefined : JSON.stringify(job.progress)],
    ['attempts', `${job.attempts}`],
    ['enqueued', optionalTime(job.enqueuedAt)],
    ['scheduled for', optionalTime(job.scheduledFor)],
    ['next attempt', optionalTime(job.retryAt)],
    ['started', optionalTime(job.startedAt)],
    ['ended', optionalTime(job.endedAt)],
    ['waited', optionalDuration(job.waitMs)],
    ['took', optionalDuration(job.durationMs)],
    ['host', job.host ?? undefined],
    ['asked by', job.actor ?? undefined],
    ['batch', job.batch ?? undefined],
    ['sequence', `${job.sequence}`],
  ]
  const lines = facts.flatMap(([name, value, tone]) =>
    value === undefined || value === ''
      ? []
      : [`${name.padEnd(15)}${coloured(printable(value), tone, isColoured)}`],
  )
  const logged = job.lines.map((line) => `  ${printable(line)}`)
  return [
    ...lines,
    ...(logged.length > 0 ? ['', 'log:', ...logged] : []),
    ...attempts.flatMap((failure) => ['', ...failureLines(failure)]),
  ].join('\n')
}

function failureLines(failure: HistoryAttempt): string[] {
  const head = `attempt ${failure.attempt} failed at ${timeText(failure.failedAt)} UTC`
  const error = `${failure.errorName}: ${failure.errorMessage}`
  const stack = (failure.stack ?? error).split('\n').map((line) => {
    const indent = /^\s/.test(line) ? '    ' : '  '
    return `${indent}${printable(line.trim())}`
  })
  return [`${head}${failure.host === null ? '' : ` on ${failure.host}`}`, ...stack]
}

function payloadText({ payload, payloadText: text }: ListedJob): string {
  return text ?? (payload === null ? '' : JSON.stringify(payload))
}

/** Why a job left the queue without being done, what it waits for, or what went wrong last. */
function whyText({ reason, waitingFor, errorName, errorMessage }: ListedJob): string {
  if (reason !== null) return reason
  if (waitingFor !== null) return waitingText(waitingFor)
  return errorMessage === null ? '' : `${errorName ?? 'Error'}: ${errorMessage}`
}

function optionalTime(time: Date | null): string | undefined {
  return time === null ? undefined : `${timeText(time)} UTC`
}

function optionalDuration(milliseconds: number | null): string | undefined {
  return milliseconds === null ? undefined : durationText(milliseconds)
}
