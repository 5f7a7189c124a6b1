import type { Duration } from '@danbooru-jobs/contracts'
import { milliseconds } from '@danbooru-jobs/contracts/wire'
import { UsageError } from './failure.ts'

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/i

/** The forms of a point in time, as a refusal names them. */
const forms = '2026-12-31, 2026-12-31T18:30:00Z (UTC without a zone), today, yesterday, tomorrow, now'

/**
 * A point in time as people write it: ISO 8601, a day by its name, or a length of time from now. A day is its midnight, and what has no
 * zone is UTC, as the tables show it.
 *
 * @param bare whether a length of time without `ago` or `in` is before now or after it.
 * @returns undefined when it is none of these forms.
 */
export function parseTime(text: string, now: Date, bare: 'ago' | 'in'): Date | undefined {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ')
  const relative = words.replace(/^in /, '').replace(/ ago$/, '')
  const length = parseDuration(relative)
  if (length !== undefined) {
    const isAgo = words.endsWith(' ago')
    const isIn = words.startsWith('in ')
    if (isAgo && isIn) return undefined
    const before = isAgo || (!isIn && bare === 'ago')
    return valid(new Date(now.getTime() + (before ? -length : length)))
  }
  return namedDay(words, now) ?? isoTime(text.trim())
}

/**
 * A length of time in milliseconds: `500ms`, `30s`, `10m`, `24h`, `7d`, `2w`; undefined when it is none. A week is seven days here
 * only: settings and contracts have no weeks.
 */
export function parseDuration(text: string): number | undefined {
  const [, weeks] = /^(\d+(?:\.\d+)?)w$/.exec(text) ?? []
  const duration = weeks === undefined ? text : `${Number(weeks) * 7}d`
  try {
    return milliseconds(duration as Duration)
  } catch {
    return undefined
  }
}

/**
 * A time in the past, from which something is listed. A length of time counts back from now.
 *
 * @throws {UsageError} naming the forms, or because it is in the future
 */
export function sinceArgument(option: string, text: string, now: Date): Date {
  const time = parseTime(text, now, 'ago')
  if (time === undefined)
    throw new UsageError(`${option} "${text}" is not a time: write 1h, 1h ago, ${forms}.`)
  if (time > now) throw new UsageError(`${option} "${text}" is in the future (${time.toISOString()}).`)
  return time
}

/**
 * When a job is to run. A time in the past is refused: it is most often a wrong year or zone.
 *
 * @param now where a delay counts from
 * @returns undefined for at once
 * @throws {UsageError} when it is no time or a past one, or both are given
 */
export function dueArgument(
  { delay, at }: { readonly delay?: string; readonly at?: string },
  now: Date,
): Date | undefined {
  if (delay !== undefined && at !== undefined) throw new UsageError('Give --delay or --at, not both.')
  if (delay !== undefined) {
    const length = parseDuration(delay)
    const due = length === undefined ? undefined : valid(new Date(now.getTime() + length))
    if (due !== undefined) return due
    throw new UsageError(`--delay "${delay}" is not a length of time: write 500ms, 30s, 10m, 24h, 7d or 2w.`)
  }
  if (at === undefined) return undefined
  const time = parseTime(at, now, 'in')
  if (time === undefined) throw new UsageError(`--at "${at}" is not a time: write 1h, in 1h, ${forms}.`)
  if (time >= now || at.trim().toLowerCase() === 'now') return time
  throw new UsageError(`--at "${at}" is in the past (${time.toISOString()}): leave --at out to run it now.`)
}

function namedDay(word: string, now: Date): Date | undefined {
  if (word === 'now') return now
  const days = { yesterday: -1, today: 0, tomorrow: 1 }[word]
  if (days === undefined) return undefined
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + days))
}

function isoTime(text: string): Date | undefined {
  const [, year, month, day, clock = '00:00', zone = 'Z'] = iso.exec(text) ?? []
  if (year === undefined) return undefined
  const date = `${year}-${month}-${day}`
  // JavaScript takes the 30th of February for the 2nd of March.
  const midnight = valid(new Date(`${date}T00:00Z`))
  if (midnight?.toISOString().slice(0, 10) !== date) return undefined
  return valid(new Date(`${date}T${clock}${zone.toUpperCase()}`))
}

function valid(time: Date): Date | undefined {
  return Number.isNaN(time.getTime()) ? undefined : time
}
