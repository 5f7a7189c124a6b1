import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Bed } from '../bed.ts'
import type { Bench, BenchResult } from '../bench.ts'
import { startService } from '../service.ts'
import { judge, measured, median } from '../statistics.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Services of the three kinds of load: a worker without a database, one with all entities, a daemon. */
const candidates = {
  'worker without database': 'test/bench/sides/idle-worker.ts',
  'outbox-relay': 'services/outbox-relay/src/main.ts',
  'prune-bans': 'services/prune-bans/src/main.ts',
  'job-history': 'services/job-history/src/main.ts',
} as const

/** What a service costs that has nothing to do, and how long it takes to be ready. */
export const bench: Bench = {
  name: 'idle',
  title: 'A service with nothing to do: memory, and time to start',
  async run(bed): Promise<BenchResult> {
    const compiled = await mkdtemp(join(tmpdir(), 'danbooru-jobs-compiled-'))
    try {
      return await runIn(bed, compiled)
    } finally {
      await rm(compiled, { recursive: true, force: true })
    }
  },
}

/** @param compiled a folder for compiled code, filled by one start of each service that does not count */
async function runIn(bed: Bed, compiled: string): Promise<BenchResult> {
  const env = {
    NATS_URL: (await bed.nats('idle')).url,
    DATABASE_URL: await bed.database('idle'),
    NODE_COMPILE_CACHE: compiled,
  }
  const present = Object.entries(candidates).filter(([, entry]) => exists(entry))
  for (const [, entry] of present) await startAndWatch(entry, env, 1_000)
  const turns = new Map(
    present.map(([name, entry]) => [name, () => startAndWatch(entry, env, bed.rounds > 1 ? 5_000 : 1_000)]),
  )
  const results = await bed.alternate(turns)
  const of = (name: string, what: 'start' | 'rss') => (results.get(name) ?? []).map((one) => one[what])
  const names = [...turns.keys()]
  return {
    conditions: {
      rounds: bed.rounds,
      start:
        'from spawn to "services started" in the log; TypeScript files, compiled code kept from an earlier start in NODE_COMPILE_CACHE',
      memory: 'resident set five seconds later',
    },
    measurements: [
      ...names.map((name) => measured(`${name}: start`, 'ms', of(name, 'start'))),
      ...names.map((name) => measured(`${name}: memory`, 'MB', of(name, 'rss'))),
    ],
    verdicts: names.flatMap((name) => [
      judge(`${name}: start`, median(of(name, 'start')), 'ms', { atMost: 1_000 }),
      judge(`${name}: memory`, median(of(name, 'rss')), 'MB', { atMost: 90 }),
    ]),
  }
}

async function startAndWatch(
  entry: string,
  env: Record<string, string>,
  after: number,
): Promise<{ start: number; rss: number }> {
  await using service = await startService(entry, env)
  await delay(after)
  return { start: service.startedAfter, rss: residentMemory(service.pid) }
}

/** MB; Linux only, elsewhere not a number. */
function residentMemory(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return match === null ? Number.NaN : Number(match[1]) / 1_024
}

function exists(entry: string): boolean {
  try {
    readFileSync(new URL(entry, `file://${root}`))
    return true
  } catch {
    return false
  }
}
