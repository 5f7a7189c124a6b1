import type { Bed } from '../bed.ts'
import type { Bench, BenchResult } from '../bench.ts'
import { runSide, type ServerUrls, serversFor } from '../side-process.ts'
import { type SideName, sides } from '../sides/sides.ts'
import type { Timed } from '../sides/tasks.ts'
import { judge, measured, ratio } from '../statistics.ts'

/** How many jobs each side gets: enough for seconds, not minutes. */
const jobsOf: Readonly<Record<SideName, number>> = {
  'bare loop': 100_000,
  'danbooru-jobs': 100_000,
  bullmq: 20_000,
  'pg-boss': 20_000,
  'graphile-worker': 10_000,
  'graphile-worker batched': 50_000,
}

/** Jobs that wait are run until the system says that none is left; each side's queue is filled before the clock starts. */
export const bench: Bench = {
  name: 'processing',
  title: 'Processing: jobs that wait, until nothing is left',
  async run(bed): Promise<BenchResult> {
    const { turns, skipped } = await prepareTurns(bed)
    const results = await bed.alternate(turns)
    const rate = (side: SideName) => (results.get(side) ?? []).map((one) => one.rate)
    const cpu = (side: SideName) => (results.get(side) ?? []).map((one) => one.cpu)
    const present = [...turns.keys()] as SideName[]
    const against = (side: SideName, least: number) =>
      present.includes(side)
        ? [
            judge(`danbooru-jobs ÷ ${side}`, ratio(rate('danbooru-jobs'), rate(side)), '×', {
              atLeast: least,
            }),
          ]
        : []
    return {
      conditions: conditions(bed),
      measurements: present.map((side) =>
        measured(side, 'jobs/s', rate(side), {
          does: `${sides[side].does}; ${sides[side].concurrency} at a time`,
          more: { 'worker µs CPU/job': measured(side, 'µs CPU/job', cpu(side)).median },
        }),
      ),
      verdicts: [
        ...against('bare loop', 0.85),
        ...against('bullmq', 3),
        ...against('pg-boss', 8),
        ...against('graphile-worker', 8),
        ...against('graphile-worker batched', 1),
      ],
      skipped,
    }
  },
}

interface Turned {
  /** Jobs a second. */
  readonly rate: number
  /** Microseconds of the worker's processor time for a job. */
  readonly cpu: number
}

async function prepareTurns(bed: Bed) {
  const turns = new Map<string, () => Promise<Turned>>()
  const skipped: string[] = []
  for (const side of Object.keys(sides) as SideName[]) {
    // A database for each PostgreSQL side: what one keeps must not slow the other down.
    const name = sides[side].needs === 'postgres' ? side.replaceAll(' ', '_') : 'bench'
    const urls = await serversFor(bed, side, name)
    if (urls === undefined) {
      skipped.push(`${side}: no redis-server on the PATH and REDIS_SERVER is not set`)
      continue
    }
    await runSide(urls, side, 'prepare', {})
    turns.set(side, () => turn(urls, side, bed.size(jobsOf[side])))
  }
  return { turns, skipped }
}

async function turn(urls: ServerUrls, side: SideName, count: number): Promise<Turned> {
  await runSide(urls, side, 'fill', { from: 0, count })
  const { concurrency } = sides[side]
  const { seconds, cpu }: Timed = await runSide(urls, side, 'work', { count, concurrency, leave: false })
  return { rate: count / seconds, cpu: (cpu / count) * 1e6 }
}

function conditions(bed: Bed): BenchResult['conditions'] {
  return {
    payload: 'about 256 bytes of JSON',
    durability: bed.durability,
    rounds: bed.rounds,
    jobs: Object.entries(jobsOf)
      .map(([side, count]) => `${side} ${bed.size(count)}`)
      .join(', '),
    processes: 'one worker process a side; publisher and server in processes of their own',
    measured: 'from the first handler started to nothing queued or running',
  }
}
