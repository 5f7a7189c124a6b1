import type { Bench, BenchResult } from '../bench.ts'
import { runSide } from '../side-process.ts'
import { sides } from '../sides/sides.ts'
import { judge, measured } from '../statistics.ts'

const side = 'danbooru-jobs'

/** Whether a worker that runs for long grows. */
export const bench: Bench = {
  name: 'memory',
  title: 'Memory of a worker over a million jobs',
  async run(bed): Promise<BenchResult> {
    const count = bed.size(1_000_000)
    const urls = { NATS_URL: (await bed.nats('memory')).url }
    const { concurrency } = sides[side]
    await runSide(urls, side, 'prepare', {})
    bed.log(`  filling: ${count} jobs`)
    await runSide(urls, side, 'fill', { from: 0, count })
    const samples = await runSide(urls, side, 'memory', {
      count,
      every: Math.max(1, count / 10),
      concurrency,
    })
    // The first tenth warms up: code is compiled, pools are filled.
    const warm = samples[0] ?? { rss: Number.NaN, heap: Number.NaN }
    const last = samples.at(-1) ?? warm
    return {
      conditions: {
        payload: 'about 256 bytes of JSON',
        jobs: count,
        concurrency,
        measured: `after every ${count / 10} jobs, each time after a full collection`,
      },
      measurements: [
        measured(
          'heap in use',
          'MB',
          samples.map(({ heap }) => heap),
        ),
        measured(
          'resident',
          'MB',
          samples.map(({ rss }) => rss),
        ),
      ],
      verdicts: [
        judge('heap growth from the first tenth to the last', last.heap - warm.heap, 'MB', { atMost: 2 }),
        judge('resident growth from the first tenth to the last', last.rss - warm.rss, 'MB', { atMost: 20 }),
      ],
    }
  },
}
