import { type Duration, milliseconds } from './duration.ts'

/**
 * What happens to a second job with the same key. A job that waits for a retry or for a limit counts as queued.
 *
 * | mode | same key delayed | same key queued | same key running |
 * | --- | --- | --- | --- |
 * | `while-queued-or-running` | refused | refused | refused |
 * | `while-queued` | refused | refused | accepted, may run beside it |
 * | `one-running-one-queued` | refused | refused | accepted, starts when the running one has ended |
 * | `debounce` | replaces it | accepted | accepted, may run beside it |
 *
 * `debounce` delays every job by its window; a second one within the window takes the place of the first and the window
 * begins anew, for `maxWait` at most. Only what has not come due can be replaced.
 */
export type UniqueMode = 'while-queued' | 'while-queued-or-running' | 'one-running-one-queued' | 'debounce'

/** Uniqueness of a job type; the key is made from the payload. */
export type Unique<Payload> =
  | {
      readonly mode: Exclude<UniqueMode, 'debounce'>
      /** What makes two jobs the same job. Any text; it is encoded for the subject. */
      readonly key: (payload: Payload) => string
    }
  | {
      readonly mode: 'debounce'
      readonly key: (payload: Payload) => string
      /** How long it must be quiet before the last job runs, at least a second. A job's own `delay` or `at` goes before it. */
      readonly window: Duration
      /**
       * How long after the first of them the last job runs, however often the window has begun anew; at least the window. Default: no end.
       * Says nothing about a job with a `delay` or `at` of its own.
       */
      readonly maxWait?: Duration
    }

/** Whether a job that starts leaves its key to a second one, which the worker does by moving it to a subject of its own. */
export function leavesKeyWhenStarted(mode: UniqueMode | undefined): boolean {
  switch (mode) {
    case 'while-queued':
    case 'one-running-one-queued':
      return true
    case 'while-queued-or-running':
    case 'debounce':
    case undefined:
      return false
    default:
      return mode satisfies never
  }
}

/** Whether the server refuses a second job of a key. */
export function refusesSecond(mode: UniqueMode | undefined): boolean {
  return mode !== undefined && mode !== 'debounce'
}

/** @throws RangeError for a window below a second, since server-side schedules are not that exact, or a `maxWait` below the window. */
export function checkUnique<Payload>(unique: Unique<Payload> | undefined): Unique<Payload> | undefined {
  if (unique?.mode === 'debounce' && milliseconds(unique.window) < 1_000) {
    throw new RangeError(`a debounce window is at least 1s, not ${unique.window}`)
  }
  if (
    unique?.mode === 'debounce' &&
    unique.maxWait !== undefined &&
    milliseconds(unique.maxWait) < milliseconds(unique.window)
  ) {
    throw new RangeError(`a debounced job's maxWait is at least its window, not ${unique.maxWait}`)
  }
  return unique
}
