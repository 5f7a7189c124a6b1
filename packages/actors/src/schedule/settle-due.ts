import type { JobOptions } from '@danbooru-jobs/contracts'
import { runtimeOptions, stableId } from '@danbooru-jobs/contracts/wire'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Schedule } from './define-schedule.ts'
import { type Due, decideDue } from './due.ts'
import type { ScheduleSet } from './schedule-set.ts'
import type { SettledRun } from './schedule-store.ts'

/** What was done about a schedule. `gone`: no such schedule any more. `paused`: its time comes when it is resumed. */
export type Settled =
  | { readonly kind: 'settled'; readonly runs: readonly SettledRun[]; readonly missed: number }
  | { readonly kind: 'paused' }
  | { readonly kind: 'gone' }

/**
 * Gives a schedule the runs that it is due for, if any. Its row is locked meanwhile, so however often and by how many processes this
 * is called for one tick, each run is enqueued once; the job's id is made from the schedule and the time, so that a crash before
 * the commit adds no second job either.
 *
 * @param seenAt a time that has certainly come, such as when the server stored a tick: this machine's clock may be behind.
 */
export async function settleDue(set: ScheduleSet, schedule: Schedule, seenAt?: Date): Promise<Settled> {
  return set.database.transaction((em) => settleIn(em, set, schedule, seenAt))
}

/** As {@link settleDue}, in a transaction that is open. */
export async function settleIn(
  em: EntityManager,
  set: ScheduleSet,
  schedule: Schedule,
  seenAt?: Date,
): Promise<Settled> {
  const row = await set.store.lock(em, schedule.name)
  if (row === undefined) return { kind: 'gone' }
  if (row.pausedAt !== undefined) return { kind: 'paused' }
  const due = decideDue(row.rule, schedule.catchUp, row.settledUntil, later(set.clock.now(), seenAt))
  const runs = await enqueueRuns(set, schedule, due)
  if (due.settledUntil > row.settledUntil) await set.store.settle(em, schedule.name, due, runs)
  return { kind: 'settled', runs, missed: due.missed }
}

async function enqueueRuns(set: ScheduleSet, schedule: Schedule, due: Due): Promise<SettledRun[]> {
  const runs: SettledRun[] = []
  for (const time of due.runs) {
    const id = stableId(`${set.name}.${schedule.name}`, time.getTime())
    const options = { id, ...enqueueOptions(set, schedule) }
    const { status } = await set.publisher.enqueue(schedule.job, schedule.payload, options)
    const skipped = status === 'already-queued'
    runs.push({ due: time, outcome: skipped ? 'skipped' : 'enqueued', jobId: skipped ? undefined : id })
  }
  return runs
}

/** Says in the job who asked for it, and whether one that is there already matters. */
export function enqueueOptions(set: ScheduleSet, schedule: Schedule): JobOptions {
  const actor = `schedule:${set.name}.${schedule.name}`
  return schedule.overlap === 'queue' ? runtimeOptions({ actor, unique: false }) : { actor }
}

function later(now: Date, seenAt: Date | undefined): Date {
  return seenAt !== undefined && seenAt > now ? seenAt : now
}
