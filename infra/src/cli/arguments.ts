import { UsageError } from './failure.ts'
import { nearest } from './nearest.ts'

/** @throws {UsageError} with the nearest name, and all that exist */
export function unknownName(what: string, name: string, known: readonly string[]): never {
  const list = known.length === 0 ? 'There is none.' : `There are: ${[...known].sort().join(', ')}.`
  const near = nearest(name, known)
  const guess = near === undefined ? '' : ` Did you mean "${near}"?`
  throw new UsageError(`There is no ${what} "${name}".${guess} ${list}`)
}

/**
 * JSON text as a value.
 *
 * @throws {UsageError} with the position of the error
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
 * A whole number within bounds.
 *
 * @throws {UsageError} when it is none
 */
export function wholeNumberArgument(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw new UsageError(`${option} must be a whole number from ${least} to ${most}, not "${text}".`)
}
