import { type BackOff, defaultBackOff } from './back-off.ts'
import { type Duration, milliseconds } from './duration.ts'
import { type Limit, type LimitOptions, resolveLimits } from './limits.ts'
import { checkUnique, type Unique } from './unique.ts'

/** The options for the delivery of a job type. Everything has a default. */
export interface DeliveryOptions<Payload> {
  /** How often the handler may be started before the job is discarded. Default 5. Snoozes and interruptions do not count. */
  readonly attempts?: number
  /** The wait between attempts. Default: one second doubling up to an hour, full jitter. */
  readonly backOff?: BackOff
  /** How long one attempt may run before it is aborted and counted as failed. Default 24 hours, as in `ApplicationJob`. */
  readonly timeLimit?: Duration
  /** Smaller runs first when several job types share a process. Default 0, from −100 to 100. */
  readonly priority?: number
  /**
   * How many jobs of this type may run at once in the whole system; unset means no limit. A job that waits for a retry does not
   * count. The NATS server enforces it, so it needs no database; for a limit per key see `limits`.
   */
  readonly maxRunning?: number
  /** When a second job of a key is refused; unset means never. */
  readonly unique?: Unique<Payload>
  /** Limits on how many jobs run at once or start in a time, each with a key of its own. The worker needs a database. */
  readonly limits?: readonly LimitOptions<Payload>[]
  /**
   * Which jobs take turns when a limit has room: one job of each value in turn, first come first served within a value. Default:
   * the keys of the job's limits together.
   */
  readonly fairBy?: (payload: Payload) => string
  /**
   * Jobs of one key run strictly one after the other in the order in which they were stored; a failed job blocks those behind it
   * until it is done or discarded. The worker needs a database. Not together with `unique` or `limits`.
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
 * Fills in the defaults and checks the options when the job type is declared, not when it runs.
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
      'ordered cannot be combined with unique or limits: a job that waits for them would block its key',
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
