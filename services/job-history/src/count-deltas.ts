import type { JobRecord } from './job-record.ts'
import type { JobChange } from './reduce.ts'

/** By how much a counter moves. */
export interface CountDelta {
  /** The UTC day on which the jobs ended, or `infinity`. */
  readonly day: string
  readonly type: string
  readonly state: string
  readonly count: number
}

/** How a batch moves the counters; sorted, so that all writers would lock them in the same order. */
export function countDeltas(jobs: readonly Pick<JobChange, 'before' | 'after'>[]): readonly CountDelta[] {
  const deltas = new Map<string, CountDelta>()
  const add = (record: JobRecord, by: number) => {
    const counter = counterOf(record)
    const name = `${counter.day}/${counter.state}/${counter.type}`
    deltas.set(name, { ...counter, count: (deltas.get(name)?.count ?? 0) + by })
  }
  for (const { before, after } of jobs) {
    if (before) add(before, -1)
    add(after, 1)
  }
  return [...deltas.entries()]
    .filter(([, { count }]) => count !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, delta]) => delta)
}

function counterOf({ endedAt, type, state }: JobRecord): Omit<CountDelta, 'count'> {
  const day = endedAt === null ? 'infinity' : new Date(endedAt).toISOString().slice(0, 10)
  return { day, type, state }
}
