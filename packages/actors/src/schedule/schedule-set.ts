import { createPublisher, type Publisher } from '@danbooru-jobs/contracts'
import type { JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Database } from '../database/database.ts'
import type { Clock } from '../environment/environment.ts'
import { ScheduleStore } from './schedule-store.ts'
import { ServerSchedules } from './server-schedules.ts'

/** What it takes to work on the schedules of one set. */
export interface ScheduleSet {
  readonly name: string
  readonly store: ScheduleStore
  readonly server: ServerSchedules
  readonly publisher: Publisher
  readonly database: Database
  readonly clock: Clock
}

/** What a schedule set is opened on: a runtime, or the connections of a command. */
export interface ScheduleConnections {
  readonly nats: NatsConnection
  readonly jsm: JetStreamManager
  readonly database: Database
  readonly clock: Clock
}

/** Opens a set by its name (one token of a subject). The connections stay the caller's. */
export function openScheduleSet(name: string, connections: ScheduleConnections): ScheduleSet {
  const { nats, jsm, database, clock } = connections
  return {
    name,
    store: new ScheduleStore(name),
    server: new ServerSchedules(nats, jsm, name),
    publisher: createPublisher(nats, { now: () => clock.now() }),
    database,
    clock,
  }
}
