/** A length of time as people write it: `500ms`, `30s`, `10m`, `24h`, `7d`, or a number of milliseconds. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const unitInMilliseconds = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * The duration as whole milliseconds. JetStream drops a delay that is not a whole number of milliseconds, so
 * fractions are rounded up here, once.
 *
 * @throws RangeError if it is not a finite, non-negative length of time.
 */
export function milliseconds(duration: Duration): number {
  const value = typeof duration === 'number' ? duration : parse(duration)
  if (!Number.isFinite(value) || value < 0) {
    throw new RangeError(`not a duration: ${duration} (write 500ms, 30s, 10m, 24h, 7d or milliseconds)`)
  }
  return Math.ceil(value)
}

function parse(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  if (!match) return Number.NaN
  const unit = match[2] as keyof typeof unitInMilliseconds
  return Number(match[1]) * unitInMilliseconds[unit]
}

/** The duration as JetStream's configuration has it: whole nanoseconds. */
export function nanoseconds(duration: Duration): number {
  return milliseconds(duration) * 1_000_000
}
