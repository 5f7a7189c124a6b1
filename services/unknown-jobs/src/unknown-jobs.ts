import { type DaemonDefinition, daemon } from '@danbooru-jobs/actors'
import type { Duration } from '@danbooru-jobs/contracts'
import { milliseconds } from '@danbooru-jobs/contracts/wire'
import { Sweeper } from './sweeper.ts'

/** After which age jobs of unknown types are discarded. */
export interface UnknownJobsOptions {
  /**
   * The age at which a job of an unknown type is discarded. Default 15 minutes: a publisher may be deployed before the service
   * that knows its new job type.
   */
  readonly grace?: Duration
  /** The pause between two looks. Default one minute. */
  readonly every?: Duration
}

/**
 * Discards jobs of unknown types, with the reason `type-unknown`. No consumer takes such a job, so it would stay in the queue
 * indefinitely. A type is known if this version declares it, or if any consumer takes its jobs: a newer version may know it.
 */
export function unknownJobs({ grace = '15m', every = '1m' }: UnknownJobsOptions = {}): DaemonDefinition {
  return daemon({
    name: 'unknown-jobs',
    title: 'Discards jobs of unknown types',
    usesDatabase: false,
    start: async (runtime) =>
      new Sweeper(runtime, { grace: milliseconds(grace), every: milliseconds(every) }),
  })
}
