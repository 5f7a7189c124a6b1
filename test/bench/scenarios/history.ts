import { setTimeout as delay } from 'node:timers/promises'
import type { Bed } from '../bed.ts'
import type { Bench, BenchResult } from '../bench.ts'
import { connected, rowsOf } from '../history-rows.ts'
import { startService } from '../service.ts'
import { runSide, startSide } from '../side-process.ts'
import { sides } from '../sides/sides.ts'
import { judge, measured, median, percentile } from '../statistics.ts'

const side = 'danbooru-jobs'
const every = 2

/** How fast the history catches up, and how far it is behind while jobs come in steadily. */
export const bench: Bench = {
  name: 'history',
  title: 'The history: rate of catching up, and lag behind a steady stream of jobs',
  async run(bed): Promise<BenchResult> {
    const urls = { NATS_URL: (await bed.nats('history')).url, DATABASE_URL: await bed.database('history') }
    await runSide(urls, side, 'prepare', {})
    const count = bed.size(100_000)
    const turns = new Map([['catching up', () => catchUp(bed, urls, count)]])
    const rates = (await bed.alternate(turns)).get('catching up') ?? []
    const lags = await lagBehind(bed, urls)
    return {
      conditions: {
        payload: 'about 256 bytes of JSON',
        durability: bed.durability,
        rounds: bed.rounds,
        'catching up': `${count} jobs that were queued and done before the service starts, two entries of JOB_LOG each`,
        lag: `one job every ${every} ms, worker and history on; age of the newest ended job in the history, sampled`,
      },
      measurements: [
        measured('catching up', 'jobs/s', rates),
        measured('lag', 'ms', [median(lags)], { samples: lags }),
      ],
      verdicts: [
        judge('catching up', median(rates), 'jobs/s', { atLeast: 10_000 }),
        judge('lag, p99', percentile(lags, 0.99), 'ms', { atMost: 1_000 }),
      ],
    }
  },
}

interface Urls extends Record<string, string> {
  readonly NATS_URL: string
  readonly DATABASE_URL: string
}

/** Measured from the first row that appears to the last. */
async function catchUp(bed: Bed, urls: Urls, count: number): Promise<number> {
  const { concurrency } = sides[side]
  await runSide(urls, side, 'fill', { from: 0, count })
  await runSide(urls, side, 'work', { count, concurrency, leave: false })
  await using client = await connected(urls.DATABASE_URL)
  const before = await rowsOf(client, "state = 'done'")
  await using _history = await startService('services/job-history/src/main.ts', urls)
  let rows = before
  while (rows === before) rows = await pollDone(client)
  const first = { rows, at: performance.now() }
  while (rows < before + count) rows = await pollDone(client)
  const seconds = (performance.now() - first.at) / 1_000
  bed.log(`  ${count} jobs, the first look saw ${first.rows - before}`)
  return (before + count - first.rows) / seconds
}

async function pollDone(client: Parameters<typeof rowsOf>[0]): Promise<number> {
  await delay(20)
  return rowsOf(client, "state = 'done'")
}

async function lagBehind(bed: Bed, urls: Urls): Promise<readonly number[]> {
  const count = bed.size(10_000)
  await using client = await connected(urls.DATABASE_URL)
  await using _history = await startService('services/job-history/src/main.ts', urls)
  const worker = startSide(urls, side, 'listen', { count, concurrency: 20 })
  await worker.ready
  const lags: number[] = []
  const pacing = { done: false }
  const paced = runSide(urls, side, 'pace', { count, every }).finally(() => {
    pacing.done = true
  })
  // The publisher's start is not part of it.
  const before = await newestEnded(client)
  while ((await newestEnded(client)).at === before.at && !pacing.done) await delay(10)
  while (!pacing.done) {
    await delay(10)
    lags.push((await newestEnded(client)).age)
  }
  await Promise.all([paced, worker.result])
  // Until its process has ended the publisher sends nothing, so the last samples are too old.
  return lags.slice(0, Math.max(1, lags.length - 20))
}

/** The newest job that has ended, and how long ago that is by the database's clock, milliseconds. */
async function newestEnded(client: Parameters<typeof rowsOf>[0]): Promise<{ at: string; age: number }> {
  const { rows } = await client.query<{ at: string; age: number }>(
    `select ended_at::text as at, extract(epoch from clock_timestamp() - ended_at)::float8 * 1000 as age
       from jobs.history where ended_at < 'infinity' order by ended_at desc limit 1`,
  )
  return rows[0] ?? { at: '', age: 0 }
}
