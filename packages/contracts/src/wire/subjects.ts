import { createHash } from 'node:crypto'

/**
 * Every subject the system speaks on. Nothing else spells one.
 *
 * | subject | stream | what |
 * | --- | --- | --- |
 * | `jobs.<type>` · `jobs.<type>.<key>` | JOBS | a job to run now; the second form for job types with a unique key |
 * | `jobs.<type>.<key>.<slot>` | JOBS | a job of a unique type that has started and left its key to the next |
 * | `schedules.<type>.<id or key>` | JOBS | a job to run later, or by cron: a schedule message whose target is the job's subject |
 * | `job-log.stored.jobs.<…>` | JOB_LOG | the server's copy of a job that was stored in JOBS; the original subject follows `stored.` |
 * | `job-log.report.<type>.<stream sequence>` | JOB_LOG | what only a worker knows: started again, still running, failed |
 * | `job-log.cancel.<type>.<stream sequence>` | JOB_LOG | somebody wants the job cancelled |
 * | `job-log.probe.<type>.<stream sequence>` | JOB_LOG | a worker's line that says nothing about a job: what was written before it can be read |
 * | `job-log.removed.<type>` | JOB_LOG | somebody took jobs off the queue that had not started |
 * | `job-control.<verb>.<type>` | – | questions to all workers of a job type: who runs this, stop that |
 * | `lifecycles.<machine>.<key>` | LIFECYCLES | a message to a lifecycle actor |
 * | `lifecycle-timers.<machine>.<key>.<timer>` | LIFECYCLES | a message to a lifecycle actor, later |
 * | `cron.<set>.<name>` | SCHEDULES | a schedule that repeats: a schedule message whose target is its `ticks.…` |
 * | `ticks.<set>.<name>` | SCHEDULES | a schedule is due, says the server |
 * | `batches.<batch id>` | LIFECYCLES | what happens to a batch of jobs |
 * | `events.<…>` | EVENTS | something that happened, for whoever wants to know |
 * | `users.<…>` | none | a request that is answered |
 */
export const subjects = {
  allJobs: 'jobs.>',
  allSchedules: 'schedules.>',
  job: (type: string, key?: string) =>
    key === undefined ? `jobs.${type}` : `jobs.${type}.${subjectToken(key)}`,
  /** What the consumer of a job type listens to. */
  jobFilters: (type: string) => [`jobs.${type}`, `jobs.${type}.>`],
  schedule: (type: string, idOrKey: string) => `schedules.${type}.${subjectToken(idOrKey)}`,
  /** Matches the job of a key wherever it is: delayed, queued, running or waiting for a retry. */
  jobOrSchedule: (type: string, key: string) => `*.${type}.${subjectToken(key)}`,

  /** A job at a place: what follows the first token, see `placeOf`. */
  jobAt: (place: string) => `jobs.${place}`,
  scheduleAt: (place: string) => `schedules.${place}`,
  /** A place of one job alone, below one that several may come to. */
  ownPlace: (place: string, slot: string) => `${place}.${subjectToken(slot)}`,
  /** Matches the job of a place wherever it is. */
  anywhereAt: (place: string) => `*.${place}`,

  allJobLog: 'job-log.>',
  stored: 'job-log.stored.jobs.>',
  storedCopy: (subject: string) => `job-log.stored.${subject}`,
  report: (type: string, streamSequence: number) => `job-log.report.${type}.${streamSequence}`,
  cancelRequest: (type: string, streamSequence: number) => `job-log.cancel.${type}.${streamSequence}`,
  logProbe: (type: string, streamSequence: number) => `job-log.probe.${type}.${streamSequence}`,
  removed: (type: string) => `job-log.removed.${type}`,
  control: (verb: 'cancel' | 'running', type: string) => `job-control.${verb}.${type}`,
  acknowledged: (stream: string) => `$JS.EVENT.METRIC.CONSUMER.ACK.${stream}.>`,
  consumerAdvisories: (stream: string) => `$JS.EVENT.ADVISORY.CONSUMER.*.${stream}.>`,

  allLifecycles: 'lifecycles.>',
  allLifecycleTimers: 'lifecycle-timers.>',
  lifecycle: (machine: string, key: string) => `lifecycles.${machine}.${subjectToken(key)}`,
  lifecycleFilter: (machine: string) => `lifecycles.${machine}.>`,
  lifecycleTimer: (machine: string, key: string, timer: string) =>
    `lifecycle-timers.${machine}.${subjectToken(key)}.${subjectToken(timer)}`,

  allCron: 'cron.>',
  cron: (set: string, name: string) => `cron.${subjectToken(set)}.${subjectToken(name)}`,
  cronOfSet: (set: string) => `cron.${subjectToken(set)}.*`,
  allTicks: 'ticks.>',
  tick: (set: string, name: string) => `ticks.${subjectToken(set)}.${subjectToken(name)}`,
  ticksOfSet: (set: string) => `ticks.${subjectToken(set)}.*`,

  allBatches: 'batches.>',
  batch: (id: string) => `batches.${subjectToken(id)}`,

  allEvents: 'events.>',
  allModActions: 'events.mod-action.*',
  modAction: (category: string) => `events.mod-action.${subjectToken(category)}`,
  userDeactivated: 'events.user.deactivated',

  deactivateUser: 'users.deactivate',
} as const

/**
 * Text as one token of a subject. Plain text (letters, digits, `_`, `-`) stays readable; anything else becomes `~` and
 * 128 bits of its SHA-256, so that no key can break out of its place in the subject.
 */
export function subjectToken(text: string): string {
  if (/^[A-Za-z0-9_-]{1,100}$/.test(text)) return text
  return `~${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
}

/** Whether a message can be published to it: tokens without spaces and wildcards. */
export function isLiteralSubject(subject: string): boolean {
  return /^[^\s.*>]+(\.[^\s.*>]+)*$/.test(subject)
}

/** The place of a subject of JOBS: what follows `jobs.` or `schedules.`, the same for a job now and later. */
export function placeOf(subject: string): string {
  return subject.slice(subject.indexOf('.') + 1)
}

/** The job type that a subject of JOBS belongs to, or undefined if it is none of ours. */
export function jobTypeOfSubject(subject: string): string | undefined {
  const [root, type] = subject.split('.')
  return root === 'jobs' || root === 'schedules' ? type : undefined
}
