import type { JobType } from '@danbooru-jobs/contracts'
import { hasLimits } from '../admission/claim.ts'
import { cached } from '../metrics/cached.ts'
import { exposition, type Family } from '../metrics/exposition.ts'
import { attemptFamilies, queueFamilies, type WorkerNumbers } from '../metrics/job-families.ts'
import { daemonFamilies, type ProcessNumbers, processFamilies } from '../metrics/process-families.ts'
import { type QueueDepth, queueDepths } from '../operate/queue-depth.ts'
import { waitingCounts } from '../operate/waiting-jobs.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { WorkerRuntime } from '../worker/worker-runtime.ts'
import type { RunningService } from './actors.ts'

/** For how long what the servers said is told again, milliseconds: many may scrape, the servers are asked once. */
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
  const depths = cached(
    async () => queueDepths(runtime, names, await limitedJobs(runtime, types)),
    maxAge,
    runtime.clock,
  )
  const daemons = cached(() => askDaemons(services), maxAge, runtime.clock)
  return async () => {
    const isUp = connection().natsConnected
    const [queues, ofDaemons] = await Promise.all([
      isUp ? orEmpty<QueueDepth>(depths()) : [],
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

/** How many jobs of each type wait for limits; nobody is asked who has none to wait for. */
async function limitedJobs(runtime: Runtime, types: readonly JobType[]): Promise<Map<string, number>> {
  const limited = new Map<string, number>()
  if (!types.some(hasLimits)) return limited
  for (const { jobType, waiting } of await waitingCounts(runtime.database().entityManager())) {
    limited.set(jobType, (limited.get(jobType) ?? 0) + waiting)
  }
  return limited
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
