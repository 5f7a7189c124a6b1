import { userInfo } from 'node:os'
import type { Json } from '@danbooru-jobs/actors'
import {
  type AuditAction,
  type HistoryJob,
  JobControl,
  JobHistory,
  QueueControl,
  recordAudit,
} from '@danbooru-jobs/actors/operate'
import { type Database, systemClock } from '@danbooru-jobs/actors/program'
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { ExpectedError } from '../expected-error.ts'
import { withDatabase, withNats } from './connections.ts'

/** What an operator works with: the queue, the history, and the book in which it is written down. */
export interface Controls {
  readonly nats: NatsConnection
  readonly jsm: JetStreamManager
  readonly database: Database
  readonly jobs: JobControl
  readonly queues: QueueControl
  readonly history: JobHistory
  /** Who does it, as the audit record says. */
  readonly by: string
  /** Writes down what was done. */
  audit(action: AuditAction, details: Json): Promise<void>
}

/**
 * Works with NATS and the database and closes both.
 *
 * @throws {ExpectedError} when one of them cannot be reached
 */
export function withControls<Result>(work: (controls: Controls) => Promise<Result>): Promise<Result> {
  return withDatabase((database) =>
    withNats(async (nats) => {
      const jsm = await jetstreamManager(nats)
      const by = `cli:${userInfo().username}`
      return work({
        nats,
        jsm,
        database,
        jobs: new JobControl(nats, jetstream(nats), jsm, systemClock),
        queues: new QueueControl(nats, jsm, systemClock),
        history: new JobHistory(database.run),
        by,
        audit: (action, details) =>
          recordAudit(database.entityManager(), { at: systemClock.now(), by, action, details }),
      })
    }),
  )
}

/** @throws {ExpectedError} when the history does not know the job */
export async function knownJob({ history }: Controls, id: string): Promise<HistoryJob> {
  const job = await history.find(id)
  if (job) return job
  throw new ExpectedError(`The history has no job ${id}. Its jobs are listed by "danbooru-jobs jobs list".`)
}
