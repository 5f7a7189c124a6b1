import type { Duration, JobType } from '@danbooru-jobs/contracts'
import { jobTypeByName, jobTypes } from '@danbooru-jobs/contracts/danbooru'
import { milliseconds } from '@danbooru-jobs/contracts/wire'
import { timeArgument, unknownName } from './arguments.ts'
import { UsageError } from './failure.ts'

/**
 * The job type of that name.
 *
 * @throws {UsageError} naming those that exist
 */
export function jobTypeArgument(name: string): JobType {
  return (
    jobTypeByName(name) ??
    unknownName(
      'job type',
      name,
      jobTypes.map((type) => type.name),
    )
  )
}

/**
 * When a job is to run.
 *
 * @param now where a delay counts from
 * @returns undefined for at once
 * @throws {UsageError} when it is no time, or both are given
 */
export function dueArgument(
  { delay, at }: { readonly delay?: string; readonly at?: string },
  now: Date,
): Date | undefined {
  if (delay !== undefined && at !== undefined) throw new UsageError('Give --delay or --at, not both.')
  if (delay !== undefined) return new Date(now.getTime() + durationArgument('--delay', delay))
  return at === undefined ? undefined : timeArgument('--at', at)
}

/**
 * A length of time in milliseconds.
 *
 * @throws {UsageError} when it is none
 */
export function durationArgument(option: string, text: string): number {
  if (isDuration(text)) return milliseconds(text)
  throw new UsageError(`${option} "${text}" is no length of time: write 500ms, 30s, 10m, 24h or 7d.`)
}

/**
 * A point in time: as it is, or a length of time before now.
 *
 * @throws {UsageError} when it is neither
 */
export function sinceArgument(option: string, text: string, now: Date): Date {
  return isDuration(text) ? new Date(now.getTime() - milliseconds(text)) : timeArgument(option, text)
}

function isDuration(text: string): text is Exclude<Duration, number> {
  return /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text)
}
