import type { ServiceDefinition, ServiceMiddleware } from '@danbooru-jobs/actors'
import type { JobControl, QueueControl } from '@danbooru-jobs/actors/operate'
import type { JobRecord } from '@danbooru-jobs/actors/testing'
import type { JobType, Publisher } from '@danbooru-jobs/contracts'
import type { NatsConnection } from '@nats-io/transport-node'

/** What the conformance suite asks of something that runs jobs. */
export interface Backend extends AsyncDisposable {
  readonly publisher: Publisher
  readonly connection: NatsConnection
  readonly control: JobControl
  readonly queues: QueueControl
  /** Waits until the condition gives something; time passes as far as it must. */
  until<Value>(condition: () => Value): Promise<NonNullable<Value>>
  record(id: string): JobRecord | undefined
  /** Jobs of a type in the queue, whatever their state. */
  stored(type: JobType): Promise<number>
  /** Takes the workers down without a word and starts them anew. */
  crash(): Promise<void>
  /** Stops the workers with no grace and starts them anew. */
  restart(): Promise<void>
}

export interface BackendOptions {
  readonly middleware?: ServiceMiddleware
  readonly maxThreads?: number
  /** What is used that a backend may keep in a database. */
  readonly needs?: 'limits' | 'batches' | 'schedules'
}

/** Starts services on a backend. */
export type StartBackend = (
  definitions: readonly ServiceDefinition[],
  options?: BackendOptions,
) => Promise<Backend>
