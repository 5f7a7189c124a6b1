import type { JobType } from '@danbooru-jobs/contracts'
import type { JobReport, JobSource } from '@danbooru-jobs/contracts/wire'
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import type { Clock } from '../environment/environment.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import type { Claim } from './claim.ts'
import type { Limits } from './limit-store.ts'

/** What admission needs of its process. */
export interface AdmissionRuntime {
  readonly nats: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  readonly log: Logger
  readonly clock: Clock
  /** After how long without a heartbeat a job is delivered to another worker, milliseconds. */
  readonly ackWait: number
  /** Where the limits are kept. @throws Error if the process has no database for them. */
  limits(): Limits
}

/** A job that a worker holds: delivered and not acknowledged. */
export interface HeldJob {
  readonly jobType: JobType
  readonly id: string
  readonly attempt: number
  readonly message: DeliveredMessage
  /** Its message, for follow-up messages. */
  readonly source: JobSource
  readonly log: Logger
  /** What it was admitted with; undefined before admission, and for types that need none. */
  readonly claim: Claim | undefined
  /** Writes an entry about the job to the job log. */
  report(kind: JobReport['kind'], more?: Partial<JobReport>): void
}
