import { type Duration, milliseconds } from './duration.ts'

/** How often jobs may start: `max` in every `per`, evenly spread once the burst is used up (GCRA, a token bucket). */
export interface Rate {
  readonly max: number
  readonly per: Duration
  /** How many may start at once after a quiet time. Default: `max`. With 1 they start `per / max` apart. */
  readonly burst?: number
}

/** What is common to both kinds of limit. */
interface LimitName<Payload> {
  /** Kebab-case. Job types that name the same limit share it; declare it once and import it. */
  readonly name: string
  /** What is counted together. Default: everything under the limit's name. */
  readonly key?: (payload: Payload) => string
}

/**
 * A named limit, per key: on how many jobs run at once (`max`), or on how many start in a time (`rate`).
 *
 * A job that may not start waits without using an attempt.
 */
export type LimitOptions<Payload> = LimitName<Payload> &
  ({ readonly max: number; readonly rate?: never } | { readonly rate: Rate; readonly max?: never })

/** A limit with its defaults filled in. */
export interface Limit<Payload> {
  readonly name: string
  readonly key: (payload: Payload) => string
  /** Jobs at once, or undefined for a limit on the rate. */
  readonly max: number | undefined
  readonly rate: ResolvedRate | undefined
}

/** A rate as the decision needs it. */
export interface ResolvedRate {
  /** Milliseconds between two starts when the burst is used up; may be a fraction. */
  readonly interval: number
  readonly burst: number
}

/**
 * Fills in the defaults.
 *
 * @throws RangeError | TypeError naming the limit and what is wrong with it.
 */
export function resolveLimits<Payload>(
  limits: readonly LimitOptions<Payload>[] = [],
): readonly Limit<Payload>[] {
  const names = new Set<string>()
  return limits.map((limit) => {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(limit.name)) {
      throw new TypeError(`a limit is named in kebab-case, not "${limit.name}"`)
    }
    if (names.has(limit.name)) throw new TypeError(`limit ${limit.name} is declared twice`)
    names.add(limit.name)
    const shared = { name: limit.name, key: limit.key ?? (() => 'all') }
    if (limit.rate === undefined)
      return { ...shared, max: count(limit.name, 'max', limit.max), rate: undefined }
    return { ...shared, max: undefined, rate: resolveRate(limit.name, limit.rate) }
  })
}

function resolveRate(name: string, { max, per, burst = max }: Rate): ResolvedRate {
  const period = milliseconds(per)
  if (period === 0) throw new RangeError(`limit ${name}: a rate is per a time above zero`)
  return { interval: period / count(name, 'rate.max', max), burst: count(name, 'rate.burst', burst) }
}

function count(limit: string, what: string, value: number | undefined): number {
  if (value === undefined || !Number.isInteger(value) || value < 1 || value > 100_000) {
    throw new RangeError(`limit ${limit}: ${what} must be a whole number from 1 to 100000, not ${value}`)
  }
  return value
}
