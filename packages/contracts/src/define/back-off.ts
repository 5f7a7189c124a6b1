import { type Duration, milliseconds } from './duration.ts'

/**
 * How long a failed job waits before its next attempt.
 *
 * - `exponential`: a random time between zero and `first × 2^(attempt − 1)`, never above `max` (full jitter: jobs that
 *   failed together do not come back together).
 * - `polynomial`: `first × attempt^power`, spread by ±10 %, never above `max`.
 * - `list`: exactly these delays, the last one repeated.
 */
export type BackOff =
  | { readonly kind: 'exponential'; readonly first: Duration; readonly max: Duration }
  | { readonly kind: 'polynomial'; readonly first: Duration; readonly power: number; readonly max: Duration }
  | { readonly kind: 'list'; readonly delays: readonly [Duration, ...Duration[]] }

/** One second doubling up to an hour, with full jitter. */
export const defaultBackOff: BackOff = { kind: 'exponential', first: '1s', max: '1h' }

/**
 * The delay in whole milliseconds before the attempt that follows `attempt`, at least one millisecond: a `nak` without
 * a delay is redelivered at once.
 *
 * @param attempt the attempt that just failed, from 1.
 * @param random a number in [0, 1), the only source of chance.
 */
export function backOffDelay(backOff: BackOff, attempt: number, random: number): number {
  return Math.max(1, Math.round(rawDelay(backOff, attempt, random)))
}

function rawDelay(backOff: BackOff, attempt: number, random: number): number {
  switch (backOff.kind) {
    case 'exponential': {
      const ceiling = milliseconds(backOff.first) * 2 ** Math.min(attempt - 1, 52)
      return random * Math.min(milliseconds(backOff.max), ceiling)
    }
    case 'polynomial': {
      const base = milliseconds(backOff.first) * attempt ** backOff.power
      return Math.min(milliseconds(backOff.max), base) * (0.9 + random * 0.2)
    }
    case 'list': {
      const index = Math.min(attempt, backOff.delays.length) - 1
      return milliseconds(backOff.delays[index] ?? backOff.delays[0])
    }
    default:
      return backOff satisfies never
  }
}
