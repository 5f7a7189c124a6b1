import type { Side } from './side.ts'

/** What is known about a side before it is started. */
export interface SideDescription {
  readonly open: () => Promise<Side>
  /** One line for the table. */
  readonly does: string
  /** How many jobs it runs at once: what its own documentation uses. */
  readonly concurrency: number
  readonly needs: 'nats' | 'redis' | 'postgres'
}

/** All sides, by name. Each loads its own libraries, in its own process. */
export const sides = {
  'bare loop': {
    open: async () => (await import('./bare.ts')).bare(),
    does: '@nats-io/jetstream alone: consume() and ack(), plain work queue, no history',
    concurrency: 1,
    needs: 'nats',
  },
  'bare loop of jobs': {
    open: async () => (await import('./bare-jobs.ts')).bareJobs(),
    does: '@nats-io/jetstream alone, with the headers and the streams of danbooru-jobs',
    concurrency: 1,
    needs: 'nats',
  },
  'danbooru-jobs': {
    open: async () => (await import('./ours.ts')).ours(),
    does: 'publisher and worker as in production, every job recorded in JOB_LOG',
    // A job that does nothing is over before the next pull is answered, and a worker has no more in its hands than it may run.
    concurrency: 500,
    needs: 'nats',
  },
  bullmq: {
    open: async () => (await import('./bullmq.ts')).bullmq(),
    does: 'Queue and Worker on Redis, finished jobs kept',
    concurrency: 50,
    needs: 'redis',
  },
  'pg-boss': {
    open: async () => (await import('./pg-boss.ts')).pgBoss(),
    does: 'LISTEN/NOTIFY, batchSize 100 with burstWhenBatchFull, 2 workers; finished jobs kept',
    concurrency: 200,
    needs: 'postgres',
  },
  'graphile-worker': {
    open: async () => (await import('./graphile-worker.ts')).graphileWorker(false),
    does: 'defaults; finished jobs deleted',
    concurrency: 24,
    needs: 'postgres',
  },
  'graphile-worker batched': {
    open: async () => (await import('./graphile-worker.ts')).graphileWorker(true),
    does: 'localQueue 500, completeJobBatchDelay 0; finished jobs deleted',
    concurrency: 24,
    needs: 'postgres',
  },
} as const satisfies Record<string, SideDescription>

export type SideName = keyof typeof sides

export function isSideName(name: string): name is SideName {
  return Object.hasOwn(sides, name)
}
