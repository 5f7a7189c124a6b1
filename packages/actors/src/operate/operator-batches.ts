import type { JobState } from '@danbooru-jobs/contracts'
import { type BatchState, batchState, listBatches } from '../batches/batch-store.ts'
import type { OperatorConnections } from './connections.ts'
import { UnknownBatchError } from './errors.ts'

/** A job of a batch that has not ended. */
export interface OpenJob {
  readonly id: string
  /** Null if the history does not know the job, or if it is a batch in this batch. */
  readonly type: string | null
  readonly state: JobState | null
}

/** A batch and its jobs that have not ended. */
export interface BatchDetails {
  readonly batch: BatchState
  readonly openJobs: readonly OpenJob[]
}

/** The batches: jobs with one callback. Only the database is needed. */
export class OperatorBatches {
  readonly #database: OperatorConnections['database']

  constructor({ database }: Pick<OperatorConnections, 'database'>) {
    this.#database = database
  }

  /** Batches, the newest first. */
  list(filter: { readonly isOpen?: boolean; readonly limit?: number } = {}): Promise<BatchState[]> {
    return listBatches(this.#database.run, filter)
  }

  /**
   * One batch.
   *
   * @param most how many open jobs to list. Default 100.
   * @throws UnknownBatchError
   */
  async show(id: string, most = 100): Promise<BatchDetails> {
    const batch = await batchState(this.#database.entityManager(), id)
    if (batch === undefined) throw new UnknownBatchError(id)
    const openJobs = await this.#database.run<OpenJob>(
      `select m.job_id as id, h.type, h.state from jobs.batch_members m
         left join jobs.history_unfinished h on h.job_id = m.job_id
        where m.batch_id = ? and m.state is null order by m.job_id limit ?`,
      [id, most],
    )
    return { batch, openJobs }
  }
}
