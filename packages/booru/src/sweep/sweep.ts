import type { EntityManager } from '@mikro-orm/postgresql'

/** Does work in one database transaction; a job's own `transaction` is one of these. */
export type InTransaction = <Result>(work: (em: EntityManager) => Promise<Result>) => Promise<Result>

/** The rows that one bounded step of a sweep took. */
export interface Batch {
  /** Rows found, at most as many as were allowed. */
  readonly found: number
  /** Rows changed; fewer than found if others changed some first. */
  readonly changed: number
  /** Where the next step begins: behind the highest key found. */
  readonly last: number
}

/** Takes at most `limit` rows whose key is above `after`, in the order of their keys. */
export type Step = (em: EntityManager, after: number, limit: number) => Promise<Batch>

/** How a sweep goes through the rows. */
export interface SweepOptions {
  /** Rows in one transaction. Default 1,000: locks are held for some tens of milliseconds. */
  readonly batchSize?: number
  /** Stops the sweep between two transactions. */
  readonly signal?: AbortSignal
  /** Called after each transaction with how many rows were changed so far. */
  readonly onProgress?: (changed: number) => void
}

/**
 * Goes once through rows without number in short transactions, each taking up where the last one ended: rows already dead are
 * not read again. What is done stays done when it is aborted or dies, and a second sweep finds what is left.
 *
 * @returns how many rows were changed.
 * @throws the signal's reason when it is aborted.
 */
export async function sweep(
  transaction: InTransaction,
  step: Step,
  { batchSize = 1_000, signal, onProgress }: SweepOptions = {},
): Promise<number> {
  let changed = 0
  let after = 0
  for (;;) {
    signal?.throwIfAborted()
    const batch = await transaction((em) => step(em, after, batchSize))
    changed += batch.changed
    onProgress?.(changed)
    if (batch.found < batchSize) return changed
    after = batch.last
  }
}
