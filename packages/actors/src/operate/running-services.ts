import { isNoResponder } from '@danbooru-jobs/contracts/wire'
import type { NatsConnection } from '@nats-io/transport-node'
import { z } from 'zod'

/** The numbers of an endpoint since its service started. */
export interface EndpointNumbers {
  readonly name: string
  readonly subject: string
  /** Jobs, messages or requests that it handled. */
  readonly requests: number
  readonly errors: number
  readonly lastError: string | null
  /** Milliseconds, in all. */
  readonly processingTime: number
  /** What the service says beyond the protocol: counts of jobs by outcome, the numbers of a daemon. */
  readonly data: unknown
}

/** A service in one process. */
export interface RunningService {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly description: string
  /** `worker`, `lifecycle`, `responder` or `daemon`; null for a service of another program. */
  readonly kind: string | null
  /** Host and process id; null for a service of another program. */
  readonly host: string | null
  readonly startedAt: Date | null
  readonly endpoints: readonly EndpointNumbers[]
}

/** How long services are given to answer, and how long silence means that no other will, milliseconds. */
const longest = 2_000
const silence = 250

const identity = {
  name: z.string(),
  id: z.string(),
  version: z.string(),
  metadata: z.record(z.string(), z.string()).nullish(),
}
const info = z.object({ ...identity, description: z.string().default('') })
const stats = z.object({
  ...identity,
  started: z.string(),
  endpoints: z
    .array(
      z.object({
        name: z.string(),
        subject: z.string(),
        num_requests: z.number(),
        num_errors: z.number(),
        last_error: z.string().default(''),
        /** Nanoseconds. */
        processing_time: z.number(),
        data: z.unknown().optional(),
      }),
    )
    .nullish(),
})

/**
 * Every service that runs, in whatever process, by name and host: asked with the NATS services protocol (ADR-32), as `nats micro` does.
 * One that does not answer within two seconds is left out.
 */
export async function runningServices(nats: NatsConnection): Promise<RunningService[]> {
  const [infos, all] = await Promise.all([ask(nats, '$SRV.INFO', info), ask(nats, '$SRV.STATS', stats)])
  const numbers = new Map(all.map((one) => [one.id, one]))
  return infos
    .map((one) => serviceOf(one, numbers.get(one.id)))
    .sort((a, b) => a.name.localeCompare(b.name) || (a.host ?? '').localeCompare(b.host ?? ''))
}

function serviceOf(one: z.output<typeof info>, numbers: z.output<typeof stats> | undefined): RunningService {
  const { id, name, version, description, metadata } = one
  return {
    ...{ id, name, version, description },
    kind: metadata?.kind ?? null,
    host: metadata?.host ?? null,
    startedAt: numbers ? new Date(numbers.started) : null,
    endpoints: (numbers?.endpoints ?? []).map((endpoint) => ({
      name: endpoint.name,
      subject: endpoint.subject,
      requests: endpoint.num_requests,
      errors: endpoint.num_errors,
      lastError: endpoint.last_error === '' ? null : endpoint.last_error,
      processingTime: endpoint.processing_time / 1_000_000,
      data: endpoint.data ?? null,
    })),
  }
}

/** What cannot be read is left out: any program may answer on these subjects. */
async function ask<Schema extends z.ZodType>(
  nats: NatsConnection,
  subject: string,
  schema: Schema,
): Promise<z.output<Schema>[]> {
  const answers: z.output<Schema>[] = []
  try {
    const options = { strategy: 'stall', stall: silence, maxWait: longest } as const
    for await (const reply of await nats.requestMany(subject, '', options)) {
      const parsed = schema.safeParse(jsonOf(reply.string()))
      if (parsed.success) answers.push(parsed.data)
    }
  } catch (error) {
    if (!isNoResponder(error)) throw error
  }
  return answers
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
