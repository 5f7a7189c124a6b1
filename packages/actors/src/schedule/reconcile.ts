import { isDeepStrictEqual } from 'node:util'
import type { Schedule } from './define-schedule.ts'
import type { ScheduleSet } from './schedule-set.ts'
import { recordOf, type StoredSchedule } from './schedule-store.ts'

/** What a reconciliation changed, by the names of the schedules. */
export interface Reconciled {
  readonly created: readonly string[]
  readonly replaced: readonly string[]
  readonly removed: readonly string[]
  readonly unchanged: readonly string[]
}

/**
 * Makes what is stored about a set the same as what is declared: rows and the server's schedules are created, replaced and removed.
 * Doing it again changes nothing. Paused schedules stay paused. Of several processes one at a time does it.
 */
export async function reconcileSchedules(
  { store, server, database, clock }: ScheduleSet,
  declared: readonly Schedule[],
): Promise<Reconciled> {
  return database.transaction(async (em) => {
    await store.lockSet(em)
    const plan = planRows(declared, await store.all(em))
    const changed = new Set([...plan.created, ...plan.replaced])
    const now = clock.now()
    for (const schedule of declared) if (changed.has(schedule.name)) await store.put(em, schedule, now)
    if (plan.removed.length > 0) await store.remove(em, plan.removed)
    await server.match(running(await store.all(em)))
    return plan
  })
}

/** The schedules that the server is to tick for. */
export function running(rows: readonly StoredSchedule[]): readonly StoredSchedule[] {
  return rows.filter((row) => row.pausedAt === undefined)
}

/**
 * Compares declared with stored. Pure.
 *
 * @throws TypeError if two declared schedules have the same name.
 */
export function planRows(declared: readonly Schedule[], stored: readonly StoredSchedule[]): Reconciled {
  const byName = new Map(stored.map((row) => [row.name, row]))
  const names = new Set(declared.map(({ name }) => name))
  if (names.size < declared.length) throw new TypeError('two schedules of a set have the same name')
  const of = (wanted: 'created' | 'replaced' | 'unchanged') =>
    declared
      .filter((schedule) => compare(schedule, byName.get(schedule.name)) === wanted)
      .map(({ name }) => name)
  return {
    created: of('created'),
    replaced: of('replaced'),
    removed: stored.map(({ name }) => name).filter((name) => !names.has(name)),
    unchanged: of('unchanged'),
  }
}

function compare(schedule: Schedule, row: StoredSchedule | undefined): 'created' | 'replaced' | 'unchanged' {
  if (row === undefined) return 'created'
  const record: unknown = JSON.parse(JSON.stringify(recordOf(schedule)))
  const same = isDeepStrictEqual(row.rule, schedule.rule) && isDeepStrictEqual(row.declaration, record)
  return same ? 'unchanged' : 'replaced'
}
