import type { JobRecord } from './job-record.ts'
import type { JobChange } from './reduce.ts'

/** By how much a counter changes. */
export interface CountDelta {
  /** The UTC day on which the jobs ended, or `infinity`. */
  readonly day: string
  readonly type: string
  readonly state: string
  readonly count: number
}

const dayLength = 86_400_000

/** How a batch changes the counters; sorted, so that all writers lock them in the same order. */
export function countDeltas(jobs: readonly Pick<JobChange, 'before' | 'after'>[]): readonly CountDelta[] {
  const counters = new Map<string, Counter>()
  for (const { before, after } of jobs) {
    if (before) add(counters, before, -1)
    add(counters, after, 1)
  }
  return [...counters.values()]
    .filter(({ count }) => count !== 0)
    .map(({ day, type, state, count }) => ({ day: dateOf(day), type, state, count }))
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}

/** A counter whose day is a number of days since 1970. */
interface Counter extends Pick<CountDelta, 'type' | 'state'> {
  readonly day: number | undefined
  count: number
}

function add(counters: Map<string, Counter>, { endedAt, type, state }: JobRecord, by: number): void {
  const day = endedAt === null ? undefined : Math.floor(endedAt / dayLength)
  const name = `${day}/${state}/${type}`
  const counter = counters.get(name)
  if (counter === undefined) counters.set(name, { day, type, state, count: by })
  else counter.count += by
}

function dateOf(day: number | undefined): string {
  return day === undefined ? 'infinity' : new Date(day * dayLength).toISOString().slice(0, 10)
}

function nameOf({ day, state, type }: CountDelta): string {
  return `${day}/${state}/${type}`
}
