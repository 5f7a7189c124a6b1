import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import type { Limits } from '../admission/limit-store.ts'
import type { Batches } from '../batches/batch-store.ts'
import type { Database, SqlDatabase } from '../database/database.ts'
import type { Clock, NewId, Random } from '../environment/environment.ts'
import type { LeaseBoard } from '../lease/lease-board.ts'
import type { Slots } from '../worker/slots.ts'

/** What a process lends to the actors in it. */
export interface Runtime {
  readonly nats: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  readonly log: Logger
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  readonly leases: LeaseBoard
  readonly slots: Slots
  /** The name of this process in reports: host and process id. */
  readonly host: string
  /** Copies of each stream in the cluster. */
  readonly replicas: number
  /** After how long without a sign of life a job is given to somebody else, milliseconds. */
  readonly ackWait: number
  readonly databaseUrl: string | undefined
  /** Keeps the limits instead of the database: in tests that have none. */
  readonly limits?: Limits
  /** Keeps the batches instead of the database: in tests that have none. */
  readonly batches?: Batches
  /** @throws Error if the process was started without a database. */
  database(): Database
  /** For statements without entities. @throws Error if the process was started without a database. */
  sql(): SqlDatabase
}
