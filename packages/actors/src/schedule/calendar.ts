import type { CronRule } from '@danbooru-jobs/contracts/wire'
import { Cron } from 'croner'

/**
 * When a rule is due, as pure arithmetic.
 *
 * Where clocks are turned (tested for America/New_York):
 *
 * - forward, 2:00 becomes 3:00: a rule for a fixed time in the hour that does not exist is due right after it, at 3:00; a rule for
 *   every hour is due at 1:00 and then at 3:00, one hour later.
 * - back, 2:00 becomes 1:00 again: a rule for a fixed time in the hour that exists twice is due once, the first time; a rule for
 *   every hour is due in both.
 *
 * The NATS server's own calendar differs there: it is used for waking up only.
 */

/**
 * The next time after `after`, or undefined if the rule is never due again.
 */
export function nextDue(rule: CronRule, after: Date): Date | undefined {
  return parsed(rule).nextRun(after) ?? undefined
}

/** At most `count` times at which the rule is due after `after`, the earliest first. */
export function nextDues(rule: CronRule, after: Date, count: number): Date[] {
  return parsed(rule).nextRuns(count, after)
}

/** The newest `count` times at which the rule was due after `after` and not after `until`, the earliest first. */
export function duesBetween(rule: CronRule, after: Date, until: Date, count: number): Date[] {
  // The library's reference is exclusive and counts in whole seconds.
  const reference = new Date(Math.floor(until.getTime() / 1_000) * 1_000 + 1_000)
  const cron = parsed(rule)
  const found: Date[] = []
  for (let from = reference; found.length < count; ) {
    const batch = cron.previousRuns(Math.min(count - found.length, 16 * (found.length + 1)), from)
    const inside = batch.filter((due) => due > after)
    found.push(...inside)
    const oldest = batch.at(-1)
    if (inside.length < batch.length || oldest === undefined) break
    from = oldest
  }
  return found.reverse()
}

/**
 * @throws TypeError if it is not a rule that the NATS server and this calendar both understand.
 */
export function checkRule(rule: CronRule): void {
  const fields = rule.cron.split(' ')
  // What both know: numbers, lists, ranges, steps; Sunday is 0 and not 7.
  const known = fields.every((field) => /^[\d*,/-]+$/.test(field)) && !fields[5]?.includes('7')
  if (fields.length !== 6 || !known) {
    throw new TypeError(
      `"${rule.cron}" is not a cron rule: write six fields with one space between them, as "0 30 4 * * 0"`,
    )
  }
  try {
    if (parsed(rule).nextRun(new Date(0)) === null) throw new TypeError('it is never due')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new TypeError(`"${rule.cron}" in ${rule.timeZone} is not a cron rule: ${reason}`, { cause: error })
  }
}

function parsed(rule: CronRule): Cron {
  return new Cron(rule.cron, { mode: '6-part', timezone: rule.timeZone, paused: true })
}
