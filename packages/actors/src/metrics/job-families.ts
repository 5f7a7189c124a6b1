import { type UnfinishedState, unfinishedStates } from '@danbooru-jobs/contracts/wire'
import type { AttemptMetrics } from './attempt-metrics.ts'
import type { Family, Sample } from './exposition.ts'

/** What a process knows about one of its job types. */
export interface WorkerNumbers {
  readonly type: string
  readonly running: number
  readonly metrics: AttemptMetrics
}

/** The queue of a job type in the whole system. */
export interface QueueNumbers {
  readonly type: string
  /** Null where the number is not known. */
  readonly jobs: Readonly<Record<UnfinishedState, number | null>>
  /** Seconds; null if no job has been stored that has not ended. */
  readonly oldestAge: number | null
  readonly isPaused: boolean
}

const prefix = 'danbooru_jobs'

/** What this process has done with the jobs of its types. */
export function attemptFamilies(workers: readonly WorkerNumbers[]): Family[] {
  const each = (samples: (worker: WorkerNumbers, labels: { type: string }) => readonly Sample[]) =>
    workers.flatMap((worker) => samples(worker, { type: worker.type }))
  return [
    {
      name: `${prefix}_running`,
      help: 'Jobs that this process runs at the moment.',
      type: 'gauge',
      samples: each(({ running }, labels) => [{ labels, value: running }]),
    },
    {
      name: `${prefix}_attempts_total`,
      help: 'Attempts settled by this process, by outcome.',
      type: 'counter',
      samples: each(({ metrics }, labels) =>
        [...metrics.outcomes].map(([outcome, value]) => ({ labels: { ...labels, outcome }, value })),
      ),
    },
    {
      name: `${prefix}_errors_total`,
      help: 'Attempts that failed, by the stable code or the class of the error.',
      type: 'counter',
      samples: each(({ metrics }, labels) =>
        [...metrics.errors].map(([error, value]) => ({ labels: { ...labels, error }, value })),
      ),
    },
    {
      name: `${prefix}_redeliveries_total`,
      help: 'Attempts at jobs that were delivered before: retries, and jobs whose worker died.',
      type: 'counter',
      samples: each(({ metrics }, labels) => [{ labels, value: metrics.redeliveries }]),
    },
    {
      name: `${prefix}_crashes_total`,
      help: 'Attempts at jobs whose worker died in the attempt before.',
      type: 'counter',
      samples: each(({ metrics }, labels) => [{ labels, value: metrics.crashes }]),
    },
    {
      name: `${prefix}_duration_seconds`,
      help: 'How long attempts took.',
      type: 'histogram',
      samples: each(({ metrics }, labels) => metrics.duration.samples(labels)),
    },
    {
      name: `${prefix}_wait_seconds`,
      help: 'How long jobs were in the queue before their first attempt; a delayed job from when it was due.',
      type: 'histogram',
      samples: each(({ metrics }, labels) => metrics.wait.samples(labels)),
    },
  ]
}

/** The jobs in the queues of the whole system: the same from every replica, so take the maximum over them. */
export function queueFamilies(queues: readonly QueueNumbers[]): Family[] {
  const gauge = (name: string, help: string, value: (queue: QueueNumbers) => number): Family => ({
    name: `${prefix}_queue_${name}`,
    help,
    type: 'gauge',
    samples: queues.map((queue) => ({ labels: { type: queue.type }, value: value(queue) })),
  })
  return [
    {
      name: `${prefix}_queue_jobs`,
      help: 'Jobs that have not ended, by state.',
      type: 'gauge',
      samples: queues.flatMap(({ type, jobs }) =>
        unfinishedStates.flatMap((state) => {
          const value = jobs[state]
          return value === null ? [] : [{ labels: { type, state }, value }]
        }),
      ),
    },
    gauge(
      'oldest_age_seconds',
      'Age of the oldest job that is due and has not ended.',
      ({ oldestAge }) => oldestAge ?? 0,
    ),
    gauge('paused', 'Whether the queue is paused.', ({ isPaused }) => Number(isPaused)),
  ]
}
