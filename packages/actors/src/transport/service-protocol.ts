import type { Msg } from '@nats-io/transport-node'
import { type ListenRuntime, listen } from './guard.ts'

/** What a service reports about itself in the NATS services protocol (ADR-32), which `nats micro` reads. */
export interface ServiceDescription {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly metadata: Record<string, string>
  readonly endpoints: readonly {
    readonly name: string
    readonly subject: string
    readonly queueGroup: string
  }[]
}

/** The numbers of one endpoint. */
export interface EndpointStats {
  readonly requests: number
  readonly errors: number
  readonly lastError: string | undefined
  readonly milliseconds: number
  readonly data?: Record<string, unknown>
}

const types = {
  PING: 'io.nats.micro.v1.ping_response',
  INFO: 'io.nats.micro.v1.info_response',
  STATS: 'io.nats.micro.v1.stats_response',
} as const

/** Answers `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS` for a service. */
export function announceService(
  runtime: ListenRuntime,
  id: string,
  started: Date,
  description: ServiceDescription,
  stats: () => EndpointStats,
): void {
  for (const verb of ['PING', 'INFO', 'STATS'] as const) {
    const reply = (message: Msg) => {
      message.respond(JSON.stringify(bodyOf(verb, id, started, description, stats)))
    }
    const root = `$SRV.${verb}`
    for (const subject of [root, `${root}.${description.name}`, `${root}.${description.name}.${id}`]) {
      listen(runtime, subject, reply, { what: `the answer to ${subject}` })
    }
  }
}

function bodyOf(
  verb: keyof typeof types,
  id: string,
  started: Date,
  description: ServiceDescription,
  stats: () => EndpointStats,
): object {
  const { name, version, metadata } = description
  const identity = { type: types[verb], name, id, version, metadata }
  const endpoints = description.endpoints.map((endpoint) => ({
    name: endpoint.name,
    subject: endpoint.subject,
    queue_group: endpoint.queueGroup,
  }))
  switch (verb) {
    case 'PING':
      return identity
    case 'INFO':
      return { ...identity, description: description.description, endpoints }
    case 'STATS':
      return {
        ...identity,
        started: started.toISOString(),
        endpoints: endpoints.map((one) => ({ ...one, ...numbers(stats()) })),
      }
    default:
      return verb satisfies never
  }
}

function numbers(stats: EndpointStats): object {
  const nanoseconds = Math.round(stats.milliseconds * 1_000_000)
  return {
    num_requests: stats.requests,
    num_errors: stats.errors,
    last_error: stats.lastError ?? '',
    processing_time: nanoseconds,
    average_processing_time: stats.requests === 0 ? 0 : Math.round(nanoseconds / stats.requests),
    ...(stats.data && { data: stats.data }),
  }
}
