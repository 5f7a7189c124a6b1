import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import type { Database, SqlDatabase } from '../database/database.ts'
import type { Clock, NewId, Random } from '../environment/environment.ts'

/** What a process lends to the services in it. */
export interface Runtime {
  readonly nats: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  readonly log: Logger
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  /** The name of this process in reports: host and process id. */
  readonly host: string
  /** Copies of each stream in the cluster. */
  readonly replicas: number
  /** After how long without a heartbeat a job is delivered to another worker, milliseconds. */
  readonly ackWait: number
  readonly databaseUrl: string | undefined
  /** @throws Error if the process was started without a database. */
  database(): Database
  /** For statements without entities. @throws Error if the process was started without a database. */
  sql(): SqlDatabase
}
