import type { EntityManager } from '@mikro-orm/postgresql'
import type { JobContext } from './job-context.ts'

/** What one batch did, and where the next one begins; no `next` after the last. */
export interface Batch<Cursor> {
  readonly rows: number
  readonly next: Cursor | undefined
}

/**
 * Does a job's work in batches, each in a transaction of its own: locks are held for one batch only, a crash loses one batch, and the
 * job stops between two of them when its signal is aborted. Reports as progress how many rows were processed so far.
 *
 * @returns the number of rows of all batches.
 */
export async function inChunks<Cursor>(
  job: Pick<JobContext, 'signal' | 'transaction' | 'progress'>,
  first: Cursor,
  step: (em: EntityManager, from: Cursor) => Promise<Batch<Cursor>>,
): Promise<number> {
  let rows = 0
  let from: Cursor | undefined = first
  while (from !== undefined) {
    job.signal.throwIfAborted()
    const start: Cursor = from
    const batch: Batch<Cursor> = await job.transaction((em) => step(em, start))
    rows += batch.rows
    from = batch.next
    job.progress({ rows })
  }
  return rows
}
