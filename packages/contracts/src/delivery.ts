import { type BackOff, defaultBackOff } from './back-off.ts'
import { type Duration, milliseconds } from './duration.ts'

/**
 * When a second job with the same key is refused.
 *
 * | mode | same key queued or delayed | same key running |
 * | --- | --- | --- |
 * | `while-queued-or-running` | refused | refused |
 * | `while-queued` | refused | accepted, may run beside it |
 * | `one-running-one-queued` | refused | accepted, starts when the running one has ended |
 *
 * A job waiting for a retry counts as queued.
 */
export type UniqueMode = 'while-queued' | 'while-queued-or-running' | 'one-running-one-queued'

/** Uniqueness of a job type; the key is made from the payload. */
export interface Unique<Payload> {
  readonly mode: UniqueMode
  /** What makes two jobs the same job. Any text; it is encoded for the subject. */
  readonly key: (payload: Payload) => string
}

/** What a job type may say about its delivery. Everything has a default. */
export interface DeliveryOptions<Payload> {
  /** How often the handler may be started before the job is discarded. Default 5. Snoozes and interruptions do not count. */
  readonly attempts?: number
  /** The wait between attempts. Default: one second doubling up to an hour, full jitter. */
  readonly backOff?: BackOff
  /** How long one attempt may run before it is aborted and counted as failed. Default 24 hours, as in `ApplicationJob`. */
  readonly timeLimit?: Duration
  /** Smaller runs first when several job types share a process. Default 0, from −100 to 100. */
  readonly priority?: number
  /** How many jobs of this type may run at once in the whole system; unset means no limit. */
  readonly maxRunning?: number
  /** When a second such job is refused; unset means never. */
  readonly unique?: Unique<Payload>
}

/** A job type's delivery with the defaults filled in; durations in milliseconds. */
export interface Delivery<Payload> {
  readonly attempts: number
  readonly backOff: BackOff
  readonly timeLimit: number
  readonly priority: number
  readonly maxRunning: number | undefined
  readonly unique: Unique<Payload> | undefined
}

/**
 * Fills in the defaults and refuses what makes no sense, when the job type is declared and not when it runs.
 *
 * @throws RangeError naming the option.
 */
export function resolveDelivery<Payload>(options: DeliveryOptions<Payload>): Delivery<Payload> {
  return {
    attempts: wholeNumber('attempts', options.attempts ?? 5, 1, 1_000),
    backOff: options.backOff ?? defaultBackOff,
    timeLimit: milliseconds(options.timeLimit ?? '24h'),
    priority: wholeNumber('priority', options.priority ?? 0, -100, 100),
    maxRunning:
      options.maxRunning === undefined
        ? undefined
        : wholeNumber('maxRunning', options.maxRunning, 1, 100_000),
    unique: options.unique,
  }
}

function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`)
  }
  return value
}
