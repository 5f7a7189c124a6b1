import { daemon } from '@danbooru-jobs/actors'
import { durationText } from '@danbooru-jobs/actors/program'
import { milliseconds } from '@danbooru-jobs/contracts/wire'
import { z } from 'zod'
import { Sweeper } from './sweeper.ts'

const settings = z.object({
  UNKNOWN_JOBS_GRACE: durationText()
    .default('15m')
    .describe(
      'the age at which a job of an unknown type is discarded: its publisher may be deployed before its service',
    ),
  UNKNOWN_JOBS_EVERY: durationText()
    .default('1m')
    .describe('the pause between two looks for jobs of unknown types'),
})

/**
 * Discards jobs of unknown types, with the reason `type-unknown`. No consumer takes such a job, so it would stay in the queue
 * indefinitely. A type is known if this version declares it, or if any consumer takes its jobs: a newer version may know it.
 */
export const unknownJobs = daemon({
  name: 'unknown-jobs',
  title: 'Discards jobs of unknown types',
  usesDatabase: false,
  settings,
  start: async (context, { settings: { UNKNOWN_JOBS_GRACE, UNKNOWN_JOBS_EVERY } }) =>
    new Sweeper(context, {
      grace: milliseconds(UNKNOWN_JOBS_GRACE),
      every: milliseconds(UNKNOWN_JOBS_EVERY),
    }),
})
