import type { EventType, JobOptions, JobType, PayloadInputOf } from '@danbooru-jobs/contracts'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { z } from 'zod'

/** Where an operation leaves what is to be published after the commit; the `Outbox` of a worker's transaction is one. */
export interface Outgoing {
  enqueue<Type extends JobType>(type: Type, payload: PayloadInputOf<Type>, options?: JobOptions): string
  emit<Schema extends z.ZodType>(event: EventType<Schema>, payload: z.input<Schema>): void
}

/** What every operation works in: one open transaction, what is said when it commits, and the time it is done at. */
export interface UnitOfWork {
  /** Must be inside a transaction: operations lock rows and write several tables. */
  readonly em: EntityManager
  readonly outbox: Outgoing
  /** Goes into every timestamp that the operation writes. */
  readonly now: Date
}
