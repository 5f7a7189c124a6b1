import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import type { Database, SqlDatabase } from '../database/database.ts'
import type { Clock, NewId, Random } from '../environment/environment.ts'

/** What a process lends to the services in it. */
export interface Runtime {
  /** The connection of the process to NATS; it reconnects by itself. */
  readonly nats: NatsConnection
  /** Publishes to streams and reads from them. */
  readonly js: JetStreamClient
  /** Manages streams and consumers. */
  readonly jsm: JetStreamManager
  readonly log: Logger
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  /** The name of this process in reports: host and process id. */
  readonly host: string
  /** Copies of each stream in the cluster. */
  readonly replicas: number
  /** The time without a heartbeat after which a job is delivered to another worker, milliseconds. */
  readonly ackWait: number
  /** The address of the database, for a connection of the service's own; undefined without a database. */
  readonly databaseUrl: string | undefined
  /** The database with entities. @throws Error if the process was started without it. */
  database(): Database
  /** The database for statements without entities. @throws Error if the process was started without one. */
  sql(): SqlDatabase
}
