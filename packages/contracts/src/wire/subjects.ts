import { subjectToken } from './subject-token.ts'

/** How the subjects of the stream JOB_LOG begin, for its readers; what follows is a token or the subject that was copied. */
export const jobLogPrefix = {
  stored: 'job-log.stored.',
  report: 'job-log.report.',
  removed: 'job-log.removed.',
  acknowledged: '$JS.EVENT.METRIC.CONSUMER.ACK.',
  advisory: '$JS.EVENT.ADVISORY.CONSUMER.',
} as const

/**
 * The subjects of the system. Those of the stream JOBS are formatted and parsed by `job-subject.ts`; those of events and requests are
 * in the declarations of their types.
 *
 * | subject | stream | what |
 * | --- | --- | --- |
 * | `jobs.<type>` · `jobs.<type>.<key>` | JOBS | a job to run now; the second form for job types with a key |
 * | `jobs.<type>.<key>.<slot>` | JOBS | a job that has started and freed its unique key, or that was parked |
 * | `schedules.<type>.<id or key>[.<slot>]` | JOBS | a job to run later: a schedule whose target is the job's subject |
 * | `job-log.stored.jobs.<…>` | JOB_LOG | the server's copy of a job that was stored in JOBS; the original subject follows `stored.` |
 * | `job-log.report.<type>.<stream sequence>` | JOB_LOG | what only a worker knows: started again, still running, failed |
 * | `job-log.cancel.<type>.<stream sequence>` | JOB_LOG | a request to cancel the job |
 * | `job-log.probe.<type>.<stream sequence>` | JOB_LOG | a message of a worker about no job: once it can be read, everything before it can be read |
 * | `job-log.removed.<type>` | JOB_LOG | jobs that had not started were taken off the queue |
 * | `job-control.<verb>.<type>` | – | a request to all workers of a job type: which jobs run, cancel this one |
 * | `lifecycles.<machine>.<key>` | LIFECYCLES | a message to a lifecycle actor |
 * | `lifecycle-timers.<machine>.<key>.<timer>` | LIFECYCLES | a message to a lifecycle actor, later |
 * | `cron.<set>.<name>` | SCHEDULES | a schedule that repeats: a schedule message whose target is its `ticks.…` |
 * | `ticks.<set>.<name>` | SCHEDULES | the server reports that a schedule is due |
 * | `batches.<batch id>` | LIFECYCLES | jobs were added to a batch, or one of them ended |
 * | `events.<…>` | EVENTS | an event; its type declares the rest of the subject |
 */
export const subjects = {
  allJobLog: 'job-log.>',
  stored: `${jobLogPrefix.stored}jobs.>`,
  storedCopy: (subject: string) => `${jobLogPrefix.stored}${subject}`,
  reportsOf: (type: string) => `${jobLogPrefix.report}${type}.*`,
  report: (type: string, streamSequence: number) => `${jobLogPrefix.report}${type}.${streamSequence}`,
  cancelRequest: (type: string, streamSequence: number) => `job-log.cancel.${type}.${streamSequence}`,
  logProbe: (type: string, streamSequence: number) => `job-log.probe.${type}.${streamSequence}`,
  removed: (type: string) => `${jobLogPrefix.removed}${type}`,
  control: (verb: 'cancel' | 'running', type: string) => `job-control.${verb}.${type}`,
  acknowledged: (stream: string) => `${jobLogPrefix.acknowledged}${stream}.>`,
  consumerAdvisories: (stream: string) => `${jobLogPrefix.advisory}*.${stream}.>`,

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
} as const

/** The key of a message to a lifecycle, as the subject token that it is. */
export function lifecycleKeyOfSubject(subject: string): string {
  return thirdToken(subject)
}

/** The name of the schedule that a tick is about. */
export function scheduleOfTick(subject: string): string {
  return thirdToken(subject)
}

function thirdToken(subject: string): string {
  return subject.split('.')[2] ?? ''
}
