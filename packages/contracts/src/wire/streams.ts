import type { StreamConfig } from '@nats-io/jetstream'
import { type Duration, nanoseconds } from '../define/duration.ts'
import { jobFilters } from './job-subject.ts'
import { subjects } from './subjects.ts'

/** Mark of ownership in the metadata of every stream and consumer that danbooru-jobs makes. */
export const owner = { key: 'owner', value: 'danbooru-jobs' } as const

/** What an operator may choose for the streams. */
export interface StreamOptions {
  /** Copies in the cluster. Default 1; use 3 where there are three servers. */
  readonly replicas?: number
  /** How long the job log keeps what happened. Default 7 days, as Danbooru keeps finished jobs. */
  readonly jobLogAge?: Duration
  /** How long events can be replayed. Default 30 days. */
  readonly eventsAge?: Duration
  /** For how long a message id is remembered. Default 5 minutes. */
  readonly duplicateWindow?: Duration
}

/** A stream as it is declared here; the server fills in the rest. */
export type StreamDeclaration = Pick<StreamConfig, 'name' | 'subjects'> & Partial<StreamConfig>

/** The name of each stream. */
export const streamName = {
  jobs: 'JOBS',
  jobLog: 'JOB_LOG',
  lifecycles: 'LIFECYCLES',
  schedules: 'SCHEDULES',
  events: 'EVENTS',
} as const

/** Every stream of the system, in the order in which they are to be made: a republish needs its target. */
export function streamDeclarations(options: StreamOptions = {}): readonly StreamDeclaration[] {
  const common = {
    storage: 'file',
    num_replicas: options.replicas ?? 1,
    duplicate_window: nanoseconds(options.duplicateWindow ?? '5m'),
    metadata: { [owner.key]: owner.value },
  } as const
  return [
    jobLog(common, options),
    jobs(common),
    lifecycles(common),
    schedules(common),
    events(common, options),
  ]
}

type Common = Pick<StreamConfig, 'storage' | 'num_replicas' | 'duplicate_window' | 'metadata'>

/** The queue: a job leaves it when it is done. Server-side schedules hold what is to run later. */
function jobs(common: Common): StreamDeclaration {
  return {
    ...common,
    name: streamName.jobs,
    description: 'Jobs to run now (jobs.>) and later (schedules.>)',
    subjects: [jobFilters.queued, jobFilters.scheduled],
    retention: 'workqueue',
    allow_msg_schedules: true,
    allow_atomic: true,
    allow_direct: true,
    allow_rollup_hdrs: true,
    // Schedules are left out: no other stream takes a message with a schedule's headers.
    republish: { src: jobFilters.queued, dest: subjects.stored },
  }
}

/**
 * What happened to every job, in the server's own words and the workers'. A stream over `$JS.EVENT…` cannot
 * acknowledge what it stores.
 */
function jobLog(common: Common, options: StreamOptions): StreamDeclaration {
  return {
    ...common,
    name: streamName.jobLog,
    description: 'What happened to every job',
    subjects: [
      subjects.allJobLog,
      subjects.acknowledged(streamName.jobs),
      subjects.consumerAdvisories(streamName.jobs),
    ],
    retention: 'limits',
    no_ack: true,
    // A republished message keeps its headers: without these the log refuses every job that came in a batch or out of a
    // schedule. See isInJobLog for the few that it refuses still.
    allow_atomic: true,
    allow_msg_schedules: true,
    allow_rollup_hdrs: true,
    allow_direct: true,
    max_age: nanoseconds(options.jobLogAge ?? '7d'),
  }
}

/** Messages to lifecycle actors, and their timers. */
function lifecycles(common: Common): StreamDeclaration {
  return {
    ...common,
    name: streamName.lifecycles,
    description:
      'Messages to lifecycle actors (lifecycles.>), their timers (lifecycle-timers.>) and to batches (batches.>)',
    subjects: [subjects.allLifecycles, subjects.allLifecycleTimers, subjects.allBatches],
    retention: 'workqueue',
    allow_msg_schedules: true,
    allow_atomic: true,
    allow_direct: true,
    allow_rollup_hdrs: true,
  }
}

/**
 * Schedules that repeat, and the messages that one is due. Apart from JOBS, so that a job never shares a subject with a
 * schedule and the length of the queue is the number of jobs. Of several ticks of one schedule the last is enough.
 */
function schedules(common: Common): StreamDeclaration {
  return {
    ...common,
    name: streamName.schedules,
    description: 'Schedules that repeat (cron.>) and their ticks (ticks.>)',
    subjects: [subjects.allCron, subjects.allTicks],
    retention: 'workqueue',
    max_msgs_per_subject: 1,
    allow_msg_schedules: true,
    allow_direct: true,
    allow_rollup_hdrs: true,
  }
}

/** What happened on the image board, for any consumer. */
function events(common: Common, options: StreamOptions): StreamDeclaration {
  return {
    ...common,
    name: streamName.events,
    description: 'What happened on the image board',
    subjects: [subjects.allEvents],
    retention: 'limits',
    allow_atomic: true,
    allow_direct: true,
    max_age: nanoseconds(options.eventsAge ?? '30d'),
  }
}
