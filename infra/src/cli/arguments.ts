import { type Duration, type JobType, jobTypeByName, jobTypes, milliseconds } from '@danbooru-jobs/contracts'
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

/** @throws {UsageError} naming what exists */
export function unknownName(what: string, name: string, known: readonly string[]): never {
  const list = known.length === 0 ? 'There is none.' : `There are: ${[...known].sort().join(', ')}.`
  throw new UsageError(`There is no ${what} "${name}". ${list}`)
}

/**
 * JSON text as a value.
 *
 * @throws {UsageError} saying where it breaks
 */
export function jsonArgument(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new UsageError(`The payload is not JSON: ${detail}. Write it like '{"userId":42}'.`)
  }
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
 * A point in time.
 *
 * @throws {UsageError} when it is none, or has no time zone
 */
export function timeArgument(option: string, text: string): Date {
  const time = new Date(text)
  const isComplete = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/i.test(text)
  if (isComplete && !Number.isNaN(time.getTime())) return time
  throw new UsageError(`${option} "${text}" is no time: write it like 2026-12-31T18:30:00Z.`)
}

/**
 * A point in time: as it is, or a length of time before now.
 *
 * @throws {UsageError} when it is neither
 */
export function sinceArgument(option: string, text: string, now: Date): Date {
  return isDuration(text) ? new Date(now.getTime() - milliseconds(text)) : timeArgument(option, text)
}

/**
 * A whole number within bounds.
 *
 * @throws {UsageError} when it is none
 */
export function wholeNumberArgument(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new UsageError(`${option} must be a whole number from ${least} to ${most}, not "${text}".`)
}

function isDuration(text: string): text is Exclude<Duration, number> {
  return /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text)
}
