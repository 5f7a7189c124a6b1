import { subjectToken } from './subject-token.ts'

/**
 * Every subject that the system uses, but for those of the stream JOBS, which `job-subject.ts` formats and parses. Nothing else
 * spells a subject.
 *
 * | subject | stream | what |
 * | --- | --- | --- |
 * | `jobs.<type>` · `jobs.<type>.<key>` | JOBS | a job to run now; the second form for job types with a key |
 * | `jobs.<type>.<key>.<slot>` | JOBS | a job that has started and freed its unique key, or that was parked |
 * | `schedules.<type>.<id or key>[.<slot>]` | JOBS | a job to run later: a schedule whose target is the job's subject |
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
  allJobLog: 'job-log.>',
  stored: 'job-log.stored.jobs.>',
  storedCopy: (subject: string) => `job-log.stored.${subject}`,
  reportsOf: (type: string) => `job-log.report.${type}.*`,
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

/** How the subjects of the stream JOB_LOG begin, for its readers; what follows is a token or the subject that was copied. */
export const jobLogPrefix = {
  stored: 'job-log.stored.',
  report: 'job-log.report.',
  removed: 'job-log.removed.',
  acknowledged: '$JS.EVENT.METRIC.CONSUMER.ACK.',
  advisory: '$JS.EVENT.ADVISORY.CONSUMER.',
} as const

/** The key of a message to a lifecycle, as the subject token that it is. */
export function lifecycleKeyOfSubject(subject: string): string {
  return subject.split('.')[2] ?? ''
}

/** The name of the schedule that a tick is about. */
export function scheduleOfTick(subject: string): string {
  return subject.split('.')[2] ?? ''
}
