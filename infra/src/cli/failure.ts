import { CommanderError } from 'commander'
import { ExpectedError } from '../expected-error.ts'

/** The command was written wrongly: exit code 2. */
export class UsageError extends ExpectedError {
  override readonly name = 'UsageError'
}

/** How a command line ends, as its exit code: done, failed or refused, written wrongly. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What is shown of an error, and the exit code. */
export interface Failure {
  readonly exitCode: ExitCode
  /** One line; undefined when everything has been written already. */
  readonly message: string | undefined
  /** An unexpected error is shown with its stack. */
  readonly unexpected?: unknown
}

/**
 * Errors of the packages whose message is meant for users. By name: to load the packages takes a second, and a command that only
 * shows its help should not wait for it.
 */
export const expectedErrors: ReadonlySet<string> = new Set([
  'SettingError',
  'MessageInvalidError',
  'PayloadInvalidError',
  'PayloadTooLargeError',
  'NoStreamError',
  'NoLeaderError',
  'NoResponderError',
  'PublishTimeoutError',
  'PublishRefusedError',
  'ServerTooOldError',
  'OwnershipError',
  'StreamMissingError',
  'UnknownBatchError',
  'UnknownJobError',
  'UnknownLifecycleError',
  'UnknownQueueError',
  'UnknownScheduleError',
])

/** What the user is shown of an error, and the exit code for it. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) {
    // Commander has written its message; asking for help or the version ends with 0.
    return { exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage, message: undefined }
  }
  if (error instanceof UsageError) return { exitCode: exitCodes.usage, message: error.message }
  if (error instanceof ExpectedError || (error instanceof Error && expectedErrors.has(error.name))) {
    return { exitCode: exitCodes.failed, message: error.message }
  }
  return { exitCode: exitCodes.failed, message: undefined, unexpected: error }
}
