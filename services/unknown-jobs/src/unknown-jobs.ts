import { type DaemonDefinition, daemon } from '@danbooru-jobs/actors'
import type { Duration } from '@danbooru-jobs/contracts'
import { milliseconds } from '@danbooru-jobs/contracts/wire'
import { Sweeper } from './sweeper.ts'

/** How patient the sweeper is. */
export interface UnknownJobsOptions {
  /**
   * How old a job of an unknown type must be before it is discarded. Default 15 minutes: a publisher may be deployed before
   * the service that knows its new job type.
   */
  readonly grace?: Duration
  /** How often it looks. Default every minute. */
  readonly every?: Duration
}

/**
 * Discards jobs of types that nobody knows, with reason `type-unknown`. No consumer takes such a job, so it would lie in the
 * queue for ever, unseen. A type counts as known when this version declares it, or when any consumer takes its jobs: a version
 * that is newer than this one may know it.
 */
export function unknownJobs({ grace = '15m', every = '1m' }: UnknownJobsOptions = {}): DaemonDefinition {
  return daemon({
    name: 'unknown-jobs',
    title: 'Discards jobs of types that nobody knows',
    usesDatabase: false,
    start: async (runtime) =>
      new Sweeper(runtime, { grace: milliseconds(grace), every: milliseconds(every) }),
  })
}
