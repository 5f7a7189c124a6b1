import { DatabaseUnreachableError } from '../outcome/errors.ts'

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

/** PostgreSQL's class 08 (connection exception) and the codes of a server that shuts down, crashed or starts. */
const serverCodes = /^(08...|57P0[123])$/

/** What the driver `pg` says, without a code, when a connection breaks. */
const brokenConnection = /^Connection terminated|connection error and is not queryable/i

/**
 * Whether an error of a transaction says that PostgreSQL cannot be reached just now, and nothing about what was to be done there
 * (PostgreSQL documentation, appendix A). An error's cause is not looked at: the work may have failed for a network of its own.
 */
export function meansUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return networkCodes.has(code) || serverCodes.test(code) || brokenConnection.test(error.message)
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

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//')
}
