import type { JobRequest, OnComplete } from '@danbooru-jobs/contracts'
import { completionMessage, runtimeOptions } from '@danbooru-jobs/contracts/wire'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Clock, NewId } from '../environment/environment.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { batchState, memberId, type TakenNews, takeNews } from './batch-store.ts'

/** The batch is complete: its callback was published, and no job can be added. */
export class BatchClosedError extends Error {
  override readonly name = 'BatchClosedError'
  readonly code = 'batch-closed'

  constructor(id: string) {
    super(`batch ${id} is complete; nothing can be added to it`)
  }
}

/** Options of opening a batch. */
export interface OpenBatchOptions {
  readonly id?: string
  readonly onComplete?: OnComplete
  /** A batch that is not complete before this one is. It counts as one job there, discarded if one of its jobs was. */
  readonly parent?: string
}

/** Where a batch is changed: one transaction. */
export interface BatchTransaction {
  readonly em: EntityManager
  readonly outbox: Outbox
  readonly clock: Clock
  readonly newId: NewId
}

/** A batch in the hands of one transaction. */
export interface OpenBatch {
  readonly id: string
  /**
   * Enqueues jobs as part of the batch.
   *
   * @returns their ids.
   * @throws BatchClosedError if it is complete.
   */
  add(jobs: readonly JobRequest[]): Promise<string[]>
  /** From now on it is complete as soon as all its jobs have ended; until then its own jobs may still add others. */
  seal(): Promise<void>
}

/**
 * Opens a batch in a transaction: its jobs are enqueued when it commits, and none if it does not. A batch that exists is opened
 * again, to add to it.
 *
 * @throws BatchClosedError if it, or its parent, is complete.
 */
export async function openBatch(at: BatchTransaction, options: OpenBatchOptions = {}): Promise<OpenBatch> {
  const id = options.id ?? at.newId()
  const now = at.clock.now()
  await requireOpen(at.em, id)
  const { parent } = options
  if (parent !== undefined) await requireOpen(at.em, parent)
  const onComplete = options.onComplete && completionMessage(options.onComplete, id, { now })
  const inParent: TakenNews[] =
    parent === undefined ? [] : [{ type: 'batch.added', batch: parent, jobIds: [memberId(id)] }]
  await takeNews(
    at.em,
    at.outbox,
    [
      {
        type: 'batch.opened',
        batch: id,
        ...(onComplete && { onComplete }),
        ...(parent !== undefined && { parent }),
      },
      ...inParent,
    ],
    now,
  )
  return {
    id,
    add: async (jobs) => {
      await requireOpen(at.em, id)
      const jobIds = jobs.map(({ type, payload, options: own }) =>
        at.outbox.enqueue(type, payload as never, runtimeOptions({ ...own, batch: id })),
      )
      await takeNews(at.em, at.outbox, [{ type: 'batch.added', batch: id, jobIds }], now)
      return jobIds
    },
    seal: async () => {
      await takeNews(at.em, at.outbox, [{ type: 'batch.sealed', batch: id, chunks: 0 }], now)
    },
  }
}

/** Holds the batch until the end of the transaction, so that it cannot become complete meanwhile. */
async function requireOpen(em: EntityManager, id: string): Promise<void> {
  await em.execute('select 1 from jobs.batches where id = ? for update', [id])
  if ((await batchState(em, id))?.completedAt !== undefined) throw new BatchClosedError(id)
}
