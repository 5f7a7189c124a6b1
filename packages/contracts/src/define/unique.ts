import { type Duration, milliseconds } from './duration.ts'

/**
 * What happens to a second job with the same key. A job in the states `waiting` or `retrying` counts as queued.
 *
 * | mode | same key scheduled | same key queued | same key running |
 * | --- | --- | --- | --- |
 * | `while-queued-or-running` | refused | refused | refused |
 * | `while-queued` | refused | refused | accepted, may run at the same time |
 * | `debounce` | replaces it | accepted | accepted, may run at the same time |
 *
 * With `while-queued` and a limit of 1 per key, `limits: [{ name, key, max: 1 }]`, the second job starts when the running one has
 * ended: one runs, one is queued.
 *
 * `debounce` delays every job by its window; a second job within the window replaces the first and starts the window anew, for
 * `maxWait` at most. Only a job that is not yet due can be replaced.
 */
export type UniqueMode = 'while-queued' | 'while-queued-or-running' | 'debounce'

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
      /** The time without another job after which the last one runs, at least a second. A job's own `delay` or `at` overrides it. */
      readonly window: Duration
      /**
       * The longest time from the first job to the run of the last, however often the window starts anew; at least the window.
       * Default: unlimited. It does not apply to a job with a `delay` or `at` of its own.
       */
      readonly maxWait?: Duration
    }

/** Whether a job that starts frees its key for a second one: the worker moves it to a subject of its own. */
export function leavesKeyWhenStarted(mode: UniqueMode | undefined): boolean {
  switch (mode) {
    case 'while-queued':
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
