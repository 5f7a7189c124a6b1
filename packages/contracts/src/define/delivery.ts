import { type BackOff, defaultBackOff } from './back-off.ts'
import { type Duration, milliseconds } from './duration.ts'
import { type Limit, type LimitOptions, resolveLimits } from './limits.ts'
import { checkUnique, type Unique } from './unique.ts'

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
  /** Limits on how many such jobs run at once or start in a time, each by a key of its own. Its worker needs a database. */
  readonly limits?: readonly LimitOptions<Payload>[]
  /** Whose turn it is when a limit frees up: it goes round over these, first come first served within one. Default: all keys of the job's limits together. */
  readonly fairBy?: (payload: Payload) => string
  /**
   * Jobs of one key run strictly one after the other in the order in which they were stored; a failed one holds up those
   * behind it until it is done or discarded. Its worker needs a database. Not together with `unique` or `limits`.
   */
  readonly ordered?: (payload: Payload) => string
}

/** A job type's delivery with the defaults filled in; durations in milliseconds. */
export interface Delivery<Payload> {
  readonly attempts: number
  readonly backOff: BackOff
  readonly timeLimit: number
  readonly priority: number
  readonly maxRunning: number | undefined
  readonly unique: Unique<Payload> | undefined
  readonly limits: readonly Limit<Payload>[]
  readonly fairBy: ((payload: Payload) => string) | undefined
  readonly ordered: ((payload: Payload) => string) | undefined
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
    unique: checkUnique(options.unique),
    limits: resolveLimits(options.limits),
    fairBy: options.fairBy,
    ordered: checkOrdered(options),
  }
}

function checkOrdered<Payload>({ ordered, unique, limits = [] }: DeliveryOptions<Payload>) {
  if (ordered !== undefined && (unique !== undefined || limits.length > 0)) {
    throw new RangeError(
      'ordered cannot be combined with unique or limits: a job that waits for them would hold its place',
    )
  }
  return ordered
}

function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`)
  }
  return value
}
