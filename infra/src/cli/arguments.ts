import { UsageError } from './failure.ts'

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
 * A whole number within bounds.
 *
 * @throws {UsageError} when it is none
 */
export function wholeNumberArgument(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new UsageError(`${option} must be a whole number from ${least} to ${most}, not "${text}".`)
}
