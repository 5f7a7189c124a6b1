import type { Bed } from '../bed.ts'
import type { Bench, BenchResult } from '../bench.ts'
import { untilRows } from '../history-rows.ts'
import { startService } from '../service.ts'
import { runSide, type ServerUrls, serversFor } from '../side-process.ts'
import { isSideName, type SideName, sides } from '../sides/sides.ts'
import type { Timed } from '../sides/tasks.ts'
import { judge, measured, median, ratio } from '../statistics.ts'

const ours = 'danbooru-jobs'

/** The sides that run jobs; one only publishes. */
type Working = Exclude<SideName, 'bare loop of jobs'>

/** How many jobs each side gets: enough for seconds, not minutes. */
const jobsOf: Readonly<Record<Working, number>> = {
  'bare loop': 100_000,
  'danbooru-jobs': 100_000,
  bullmq: 20_000,
  'pg-boss': 20_000,
  'graphile-worker': 10_000,
  'graphile-worker batched': 50_000,
}

/** Our side once more, with the service job-history writing into PostgreSQL beside it, on the same processors. */
const withHistory = 'danbooru-jobs + job-history'

/** Jobs that wait are run until the system says that none is left; each side's queue is filled before the clock starts. */
export const bench: Bench = {
  name: 'processing',
  title: 'Processing: jobs that wait, until nothing is left',
  async run(bed): Promise<BenchResult> {
    const { turns, skipped } = await prepareTurns(bed)
    const results = await bed.alternate(turns)
    const rate = (side: string) => (results.get(side) ?? []).map((one) => one.rate)
    const cpu = (side: string) => (results.get(side) ?? []).map((one) => one.cpu)
    const present = (Object.keys(jobsOf) as Working[]).filter((side) => turns.has(side))
    const against = (side: Working, least: number) =>
      present.includes(side)
        ? [
            judge(`danbooru-jobs ÷ ${side}`, ratio(rate('danbooru-jobs'), rate(side)), '×', {
              atLeast: least,
            }),
          ]
        : []
    return {
      conditions: conditions(bed),
      measurements: [...turns.keys()].map((side) =>
        measured(side, 'jobs/s', rate(side), {
          does: doing(side),
          more: { 'worker µs CPU/job': median(cpu(side)) },
        }),
      ),
      verdicts: [
        judge(`${withHistory} ÷ bare loop`, ratio(rate(withHistory), rate('bare loop')), '×', {
          atLeast: 0.85,
        }),
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
  for (const side of Object.keys(jobsOf) as Working[]) {
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
  turns.set(withHistory, await turnWithHistory(bed))
  return { turns, skipped }
}

/** The history has caught up with the filling before the worker starts, and follows while it works. */
async function turnWithHistory(bed: Bed): Promise<() => Promise<Turned>> {
  const urls = {
    NATS_URL: (await bed.nats('with-history')).url,
    DATABASE_URL: await bed.database('with_history'),
  }
  await runSide(urls, ours, 'prepare', {})
  return async () => {
    await using _history = await startService('services/job-history/src/main.ts', {
      ...urls,
      LOG_LEVEL: 'info',
    })
    const count = bed.size(jobsOf[ours])
    await runSide(urls, ours, 'fill', { from: 0, count })
    await untilRows(urls.DATABASE_URL, "state = 'queued'", count)
    const { concurrency } = sides[ours]
    const { seconds, cpu } = await runSide(urls, ours, 'work', { count, concurrency, leave: false })
    await untilRows(urls.DATABASE_URL, "state = 'queued'", 0)
    return { rate: count / seconds, cpu: (cpu / count) * 1e6 }
  }
}

function doing(side: string): string {
  if (side === withHistory) return 'the same, while job-history writes each job into PostgreSQL beside it'
  return isSideName(side) ? `${sides[side].does}; ${sides[side].concurrency} at a time` : ''
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
