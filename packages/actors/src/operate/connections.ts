import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Database } from '../database/database.ts'
import type { Clock } from '../environment/environment.ts'

/** What an operator works on. The connections stay the caller's. */
export interface OperatorConnections {
  readonly nats: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  readonly database: Database
  readonly clock: Clock
  /** Who acts, as the audit records it: `cli:albert`, a user's name. */
  readonly by: string
  /** Names of the job types that the caller knows; queues of other types are marked. Default: none. */
  readonly declaredTypes?: readonly string[]
}
