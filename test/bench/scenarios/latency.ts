import type { Bed } from '../bed.ts'
import type { Bench, BenchResult } from '../bench.ts'
import { messageFrom, startChild } from '../child.ts'
import { runSide, type ServerUrls, serversFor, startSide } from '../side-process.ts'
import { type SideName, sides } from '../sides/sides.ts'
import { judge, measured, median, percentile } from '../statistics.ts'

const every = 5
const limit = 'bare request'
const listeners = ['danbooru-jobs', 'bullmq', 'pg-boss', 'graphile-worker'] as const

/** From before the publisher is called to the start of the handler in another process, with nothing else in the queue. */
export const bench: Bench = {
  name: 'latency',
  title: 'Latency from enqueueing to the start of the handler',
  async run(bed): Promise<BenchResult> {
    const count = bed.size(2_000)
    const { turns, skipped } = await prepareTurns(bed, count)
    const results = await bed.alternate(turns)
    const samples = (side: string) => (results.get(side) ?? []).flat()
    const p50s = (side: string) => (results.get(side) ?? []).map(median)
    const peers = listeners.filter((side) => side !== 'danbooru-jobs' && turns.has(side))
    const share = median(p50s('danbooru-jobs').map((value, round) => value / (p50s(limit)[round] ?? 0)))
    const p99 = (side: string) => percentile(samples(side), 0.99)
    return {
      conditions: {
        payload: 'about 256 bytes of JSON',
        durability: bed.durability,
        rounds: bed.rounds,
        jobs: `${count} a round, one every ${every} ms`,
        processes: 'publisher, worker and server in processes of their own; one monotonic clock for all',
      },
      measurements: [...turns.keys()].map((side) =>
        measured(side, 'ms', p50s(side), { does: doing(side), samples: samples(side) }),
      ),
      verdicts: [
        judge(`danbooru-jobs p50 ÷ ${limit} p50`, share, '×', { atMost: 1.5 }),
        ...peers.map((side) =>
          judge(`danbooru-jobs p99 ÷ ${side} p99`, p99('danbooru-jobs') / p99(side), '×', { atMost: 1 }),
        ),
      ],
      skipped,
    }
  },
}

async function prepareTurns(bed: Bed, count: number) {
  const turns = new Map<string, () => Promise<readonly number[]>>()
  const skipped: string[] = []
  const nats = await bed.nats('latency')
  turns.set(limit, () => roundTrips(nats.url, count))
  for (const side of listeners) {
    const server = sides[side].needs === 'postgres' ? `${side.replaceAll('-', '_')}_latency` : 'latency'
    const urls = await serversFor(bed, side, server)
    if (urls === undefined) {
      skipped.push(`${side}: no redis-server on the PATH and REDIS_SERVER is not set`)
      continue
    }
    await runSide(urls, side, 'prepare', {})
    turns.set(side, () => turn(urls, side, count))
  }
  return { turns, skipped }
}

async function turn(urls: ServerUrls, side: SideName, count: number): Promise<readonly number[]> {
  const warm = Math.min(50, count)
  const { concurrency } = sides[side]
  const worker = startSide(urls, side, 'listen', { count: count + warm, concurrency })
  await worker.ready
  await runSide(urls, side, 'pace', { count: count + warm, every })
  return (await worker.result).slice(warm)
}

async function roundTrips(url: string, count: number): Promise<readonly number[]> {
  const warm = Math.min(50, count)
  const env = { NATS_URL: url }
  const answering = startChild('./sides/round-trip.ts', env, ['answer'])
  await messageFrom(answering)
  const asking = startChild('./sides/round-trip.ts', env, ['ask', `${count + warm}`, `${every}`])
  const times = await messageFrom(asking)
  await Promise.all([answering.kill(), asking.kill()])
  if (!Array.isArray(times)) throw new Error('the round trips were not measured')
  return times.slice(warm).map(Number)
}

function doing(side: string): string {
  if (side === limit) return 'a core NATS request to another process and its answer'
  return side === 'pg-boss' || side === 'graphile-worker'
    ? 'woken by LISTEN/NOTIFY'
    : 'as in the benchmark of processing'
}
