import type { JobType } from '@danbooru-jobs/contracts'
import { leavesKeyWhenStarted } from '@danbooru-jobs/contracts/wire'
import { hasLimits } from '../admission/claim.ts'
import { cached } from '../metrics/cached.ts'
import { exposition, type Family } from '../metrics/exposition.ts'
import { attemptFamilies, queueFamilies, type WorkerNumbers } from '../metrics/job-families.ts'
import { daemonFamilies, type ProcessNumbers, processFamilies } from '../metrics/process-families.ts'
import type { QueueOverview } from '../operate/queue-overview.ts'
import { type QueueSources, readQueuesOf } from '../operate/read-queues.ts'
import { askDatabase } from '../operate/waiting-jobs.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { RunSql } from '../sql/run-sql.ts'
import type { WorkerRuntime } from '../worker/worker-runtime.ts'
import type { RunningService } from './actors.ts'

/** For how long the servers' answers are cached, milliseconds: many may scrape, the servers are asked once. */
const maxAge = 5_000

/** What the process can say about its connections. */
export type ConnectionNumbers = () => Pick<ProcessNumbers, 'natsConnected' | 'reconnects'>

/** Makes the answer to `GET /metrics`. A server that does not answer takes only its own numbers out of it. */
export function scraper(
  runtime: WorkerRuntime,
  services: readonly RunningService[],
  connection: ConnectionNumbers,
): () => Promise<string> {
  const types = services.flatMap(({ worker }) => (worker ? [worker.definition.type] : []))
  const names = types.map((type) => type.name)
  const sources = { ...runtime, databaseFacts: databaseFactsOf(runtime, types) }
  const overviews = cached(() => readQueuesOf(sources, names), maxAge, runtime.clock)
  const daemons = cached(() => askDaemons(services), maxAge, runtime.clock)
  return async () => {
    const isUp = connection().natsConnected
    const [queues, ofDaemons] = await Promise.all([
      isUp ? orEmpty<QueueOverview>(overviews()) : [],
      orEmpty<Family>(daemons()),
    ])
    return exposition([
      ...attemptFamilies(services.flatMap(workerNumbers)),
      ...queueFamilies(queues),
      ...processFamilies({ ...connection(), slots: runtime.slots }),
      ...ofDaemons,
    ])
  }
}

/**
 * What the queues ask the database: nothing if every schedule of these types is a scheduled job. Unknown where the process has no
 * database, which it needs for limits only.
 */
function databaseFactsOf(runtime: Runtime, types: readonly JobType[]): QueueSources['databaseFacts'] {
  if (!types.some(hasOtherSchedules)) return async () => new Map()
  const run = sqlOf(runtime)
  return run && (() => askDatabase(run, runtime.clock.now()))
}

/** Whether schedules of the type may be waiting or retrying jobs. */
function hasOtherSchedules(type: JobType): boolean {
  const { maxRunning, unique } = type.delivery
  return hasLimits(type) || maxRunning !== undefined || leavesKeyWhenStarted(unique?.mode)
}

function sqlOf(runtime: Runtime): RunSql | undefined {
  try {
    return runtime.sql().run
  } catch {
    return undefined
  }
}

function workerNumbers({ worker }: RunningService): WorkerNumbers[] {
  if (!worker) return []
  return [{ type: worker.definition.name, running: worker.running.size, metrics: worker.ledger.metrics }]
}

async function askDaemons(services: readonly RunningService[]): Promise<Family[]> {
  const asked = services.map(async ({ definition, measure }) => {
    const numbers = await measure?.().catch(() => undefined)
    return numbers ? daemonFamilies(definition.name, numbers) : []
  })
  return (await Promise.all(asked)).flat()
}

function orEmpty<Item>(asked: Promise<Item[]>): Promise<Item[]> {
  return asked.catch(() => [])
}
