import type { Measurement, Verdict } from './bench.ts'

/** The middle of the values; of an even number of them, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const above = sorted[Math.floor(middle)] ?? Number.NaN
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + above) / 2 : above
}

/** The smallest value that at least `share` (0 to 1) of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** What a side reached in its rounds; with `samples`, also the percentiles of single jobs. */
export function measured(
  side: string,
  unit: Measurement['unit'],
  rounds: readonly number[],
  extra: {
    readonly does?: string
    readonly samples?: readonly number[]
    readonly more?: Measurement['more']
  } = {},
): Measurement {
  const { does, samples, more } = extra
  return {
    side,
    unit,
    rounds,
    median: median(rounds),
    ...(does !== undefined && { does }),
    ...(samples && {
      percentiles: {
        p50: percentile(samples, 0.5),
        p95: percentile(samples, 0.95),
        p99: percentile(samples, 0.99),
      },
    }),
    ...(more && { more }),
  }
}

/** Whether a value meets its target, and by how much it does not. */
export function judge(
  what: string,
  value: number,
  unit: Verdict['unit'],
  target: Verdict['target'],
): Verdict {
  const missing = 'atLeast' in target ? target.atLeast - value : value - target.atMost
  const met = missing <= 0
  return { what, value, unit, target, met, missedBy: met ? 0 : missing }
}

/**
 * The median of the ratios of each round. Sides take turns within a round, so what else the machine does falls on both
 * of them, and the ratio suffers less from it than either number.
 */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)))
}
