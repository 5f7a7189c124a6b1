import { type CronRule, milliseconds } from '@danbooru-jobs/contracts/wire'
import { duesBetween } from './calendar.ts'
import type { CatchUp } from './define-schedule.ts'

/** For how long after its time a run counts as on time, milliseconds: a restart of a service is no downtime. */
const onTimeFor = 300_000
/** Times that are looked at in one decision; older ones are given up without being counted. */
const countedAtMost = 1_000

/** What is to be done about a schedule now. */
export interface Due {
  /** The times to run for, the earliest first. */
  readonly runs: readonly Date[]
  /** Times that are given up, at most 1,000. */
  readonly missed: number
  /** Up to here everything is dealt with once the runs are enqueued. */
  readonly settledUntil: Date
}

/**
 * Decides which runs a schedule gets now: those it was due for since `settledUntil`, as far as its catch-up policy wants them. It may
 * be asked at any time and as often as one likes; a tick of the server is only a reason to ask.
 */
export function decideDue(rule: CronRule, catchUp: CatchUp, settledUntil: Date, now: Date): Due {
  const dues = duesBetween(rule, settledUntil, now, countedAtMost)
  const latest = dues.at(-1)
  if (latest === undefined) return { runs: [], missed: 0, settledUntil }
  const runs = wanted(dues, latest, catchUp, now)
  return { runs, missed: dues.length - runs.length, settledUntil: latest }
}

function wanted(dues: readonly Date[], latest: Date, catchUp: CatchUp, now: Date): readonly Date[] {
  const notOlderThan = (age: number) => (due: Date) => now.getTime() - due.getTime() <= age
  if (catchUp === 'last') return [latest]
  if (catchUp === 'none') return [latest].filter(notOlderThan(onTimeFor))
  const { max, window } = catchUp.all
  return dues.filter(notOlderThan(Math.max(onTimeFor, milliseconds(window)))).slice(-max)
}
