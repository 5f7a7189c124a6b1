import type { Bed } from '../bed.ts'
import type { Bench, BenchResult } from '../bench.ts'
import { runSide, type ServerUrls, serversFor } from '../side-process.ts'
import { type SideName, sides } from '../sides/sides.ts'
import { judge, measured, ratio } from '../statistics.ts'

const window = 256
const batchSize = 500

/** Batching makes no difference to how graphile-worker publishes. */
const publishers = [
  'bare loop',
  'bare loop of jobs',
  'danbooru-jobs',
  'bullmq',
  'pg-boss',
  'graphile-worker',
] as const

/** Jobs published one by one, and in batches. */
const jobs: Readonly<Record<'single' | 'batch', Readonly<Record<(typeof publishers)[number], number>>>> = {
  single: {
    'bare loop': 40_000,
    'bare loop of jobs': 40_000,
    'danbooru-jobs': 40_000,
    bullmq: 20_000,
    'pg-boss': 5_000,
    'graphile-worker': 5_000,
  },
  batch: {
    'bare loop': 100_000,
    'bare loop of jobs': 100_000,
    'danbooru-jobs': 100_000,
    bullmq: 50_000,
    'pg-boss': 50_000,
    'graphile-worker': 50_000,
  },
}

type Way = keyof typeof jobs

/** Of the bare loop, which publishes messages without headers to a stream that nothing is copied from. */
const least: Readonly<Record<Way, number>> = { single: 0.9, batch: 0.75 }

export const benches: readonly Bench[] = [
  {
    name: 'publishing',
    title: `Publishing jobs one by one, ${window} in flight`,
    run: (bed) => run(bed, 'single'),
  },
  {
    name: 'publishing-batches',
    title: `Publishing jobs in batches of ${batchSize}`,
    run: (bed) => run(bed, 'batch'),
  },
]

async function run(bed: Bed, way: Way): Promise<BenchResult> {
  const { turns, skipped } = await prepareTurns(bed, way)
  const results = await bed.alternate(turns)
  const rate = (side: SideName) => results.get(side) ?? []
  const present = publishers.filter((side) => turns.has(side))
  return {
    conditions: {
      payload: 'about 256 bytes of JSON',
      durability: bed.durability,
      'in flight': way === 'single' ? window : 'one batch',
      'batch size': way === 'single' ? 1 : batchSize,
      rounds: bed.rounds,
      jobs: present.map((side) => `${side} ${bed.size(jobs[way][side])}`).join(', '),
      processes: 'one publisher and one server; no workers',
    },
    measurements: present.map((side) => measured(side, 'jobs/s', rate(side), { does: doing(side, way) })),
    verdicts: present
      .filter((side) => side !== 'danbooru-jobs')
      .map((side) =>
        judge(`danbooru-jobs ÷ ${side}`, ratio(rate('danbooru-jobs'), rate(side)), '×', {
          atLeast: side === 'bare loop' ? least[way] : 1,
        }),
      ),
    skipped,
  }
}

async function prepareTurns(bed: Bed, way: Way) {
  const turns = new Map<string, () => Promise<number>>()
  const skipped: string[] = []
  for (const side of publishers) {
    const server = sides[side].needs === 'postgres' ? `${side.replaceAll('-', '_')}_${way}` : `publish-${way}`
    const urls = await serversFor(bed, side, server)
    if (urls === undefined) {
      skipped.push(`${side}: no redis-server on the PATH and REDIS_SERVER is not set`)
      continue
    }
    await runSide(urls, side, 'prepare', {})
    turns.set(side, () => turn(urls, side, way, bed.size(jobs[way][side])))
  }
  return { turns, skipped }
}

async function turn(urls: ServerUrls, side: SideName, way: Way, count: number): Promise<number> {
  const { seconds } =
    way === 'single'
      ? await runSide(urls, side, 'publish', { count, window })
      : await runSide(urls, side, 'publishBatches', { count, batchSize })
  return count / seconds
}

function doing(side: (typeof publishers)[number], way: Way): string {
  const single = way === 'single'
  switch (side) {
    case 'bare loop':
      return single
        ? 'js.publish to a plain work queue'
        : 'js.startBatch … commit (atomic) on a plain work queue'
    case 'bare loop of jobs':
      return 'the same, with the headers of a job, copied to JOB_LOG by the server'
    case 'danbooru-jobs':
      return single
        ? 'publisher.enqueue: payload checked, id, message id, copied to JOB_LOG by the server'
        : 'publisher.enqueueMany: the same, each job of a chunk stored for itself'
    case 'bullmq':
      return single ? 'queue.add' : 'queue.addBulk'
    case 'pg-boss':
      return single ? 'boss.send' : 'boss.insert'
    case 'graphile-worker':
      return single ? 'utils.addJob' : 'utils.addJobs'
    default:
      return side satisfies never
  }
}
