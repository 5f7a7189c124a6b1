import { DatabaseUnreachableError } from '../outcome/errors.ts'
import { isUnavailableState } from '../outcome/sql-state.ts'
import { withoutPassword } from '../settings/without-password.ts'

/** Network errors of a connection that is refused or lost, as Node names them. */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** Messages without a code: of the driver `pg` when a connection breaks, and of its pool when it cannot get one. */
const brokenConnection =
  /^Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect/i

/**
 * Whether an error of a transaction says that PostgreSQL cannot be reached or written just now, and nothing about the work itself
 * (PostgreSQL documentation, appendix A). The error's cause is not considered: the work may have failed at another network.
 */
export function meansUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return networkCodes.has(code) || isUnavailableState(code) || brokenConnection.test(error.message)
}

/** Throws an error again, as DatabaseUnreachableError if it {@link meansUnreachable}. */
export function asUnreachable(error: unknown): never {
  if (!(error instanceof Error) || !meansUnreachable(error)) throw error
  throw new DatabaseUnreachableError(error.message, { cause: error })
}

/** What a service says that finds no database when it starts. */
export function cannotReach(url: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message || error.name : String(error)
  return new Error(`cannot reach PostgreSQL at ${withoutPassword(url)}: ${reason}`, { cause: error })
}
