import type { NatsConnection } from '@nats-io/transport-node'
import { z } from 'zod'

/** What the workers of one job type say about themselves. */
export interface Workers {
  /** How many processes have answered. */
  readonly workers: number
  /** Jobs they are running, all together. */
  readonly running: number
}

/** What is read of a worker's statistics in the NATS services protocol (ADR-32). */
const statistics = z.object({
  name: z.string(),
  metadata: z.object({ kind: z.literal('worker') }),
  endpoints: z.array(z.object({ data: z.object({ running: z.number() }) })).min(1),
})

/** Asks every worker for its statistics. Who does not answer within a moment is not counted. */
export async function askWorkers(nats: NatsConnection): Promise<Map<string, Workers>> {
  const found = new Map<string, Workers>()
  const replies = await nats.requestMany('$SRV.STATS', '', { strategy: 'stall', maxWait: 2_000, stall: 300 })
  for await (const reply of replies) {
    const parsed = statistics.safeParse(parse(reply.string()))
    if (!parsed.success) continue
    const { name, endpoints } = parsed.data
    const before = found.get(name) ?? { workers: 0, running: 0 }
    const running = endpoints.reduce((sum, endpoint) => sum + endpoint.data.running, before.running)
    found.set(name, { workers: before.workers + 1, running })
  }
  return found
}

/** Any service on the server may answer, and with anything. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
