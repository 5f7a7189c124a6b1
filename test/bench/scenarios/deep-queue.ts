import type { Bed } from '../bed.ts'
import type { Bench, BenchResult } from '../bench.ts'
import { runSide } from '../side-process.ts'
import { sides } from '../sides/sides.ts'
import { judge, measured, ratio } from '../statistics.ts'

const side = 'danbooru-jobs'

/** Whether a queue gets slower because it is long. */
export const bench: Bench = {
  name: 'deep-queue',
  title: 'Processing with 1,000,000 jobs queued, and with 1,000',
  async run(bed): Promise<BenchResult> {
    const taken = bed.size(50_000)
    const depths = { 'few queued': 1_000, 'many queued': bed.size(1_000_000) }
    const turns = new Map<string, () => Promise<number>>()
    for (const [name, depth] of Object.entries(depths)) turns.set(name, await turnAt(bed, name, depth, taken))
    const results = await bed.alternate(turns)
    const few = results.get('few queued') ?? []
    const many = results.get('many queued') ?? []
    return {
      conditions: {
        payload: 'about 256 bytes of JSON',
        durability: bed.durability,
        rounds: bed.rounds,
        jobs: `${taken} taken from the front of the queue, and then ${depths['many queued']} or ${depths['few queued']} are left`,
        concurrency: sides[side].concurrency,
      },
      measurements: [measured('few queued', 'jobs/s', few), measured('many queued', 'jobs/s', many)],
      verdicts: [judge('cost of a long queue', (1 - ratio(many, few)) * 100, '%', { atMost: 10 })],
    }
  },
}

/** Each depth has a server of its own, so that the long queue is filled only once. */
async function turnAt(bed: Bed, name: string, depth: number, taken: number): Promise<() => Promise<number>> {
  const urls = { NATS_URL: (await bed.nats(name.replaceAll(' ', '-'))).url }
  await runSide(urls, side, 'prepare', {})
  bed.log(`  filling: ${depth} jobs`)
  await runSide(urls, side, 'fill', { from: 0, count: depth })
  const { concurrency } = sides[side]
  return async () => {
    await runSide(urls, side, 'fill', { from: depth, count: taken })
    const { seconds } = await runSide(urls, side, 'work', { count: taken, concurrency, leave: true })
    return taken / seconds
  }
}
