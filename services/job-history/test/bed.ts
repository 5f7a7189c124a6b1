import type { RunningServices } from '@danbooru-jobs/actors'
import { sqlOfClient } from '@danbooru-jobs/actors/internal'
import { type HistoryJob, JobHistory } from '@danbooru-jobs/actors/operate'
import { type Bed, makeBed } from '../../../packages/actors/test/harness.ts'
import { until } from '../../../test/harness/index.ts'
import { jobHistory } from '../src/job-history.ts'

/** A bed in which the history is written, and what asks it. */
export interface HistoryBed extends Bed {
  readonly history: JobHistory
  /** The running job-history. */
  readonly service: RunningServices
  /** The job, as soon as the history has it so. */
  job(id: string, isSo: (job: HistoryJob) => boolean): Promise<HistoryJob>
}

export async function makeHistoryBed(): Promise<HistoryBed> {
  const bed = await makeBed()
  const service = await bed.run([jobHistory])
  const history = historyOf(bed)
  const job: HistoryBed['job'] = (id, isSo) => jobOf(history, id, isSo)
  return { ...bed, history, service, job, [Symbol.asyncDispose]: () => bed[Symbol.asyncDispose]() }
}

/** The history in a bed's database. */
export function historyOf({ database }: Pick<Bed, 'database'>): JobHistory {
  return new JobHistory(
    sqlOfClient({ query: async (sql, values) => ({ rows: await database.query(sql, values) }) }),
  )
}

/** The job, as soon as the history has it so. */
export async function jobOf(
  history: JobHistory,
  id: string,
  isSo: (job: HistoryJob) => boolean,
): Promise<HistoryJob> {
  let last: HistoryJob | undefined
  return until(
    async () => {
      last = await history.find(id)
      return last && isSo(last) && last
    },
    { what: `job ${id}`, timeout: 40_000 },
  ).catch((error: unknown) => {
    throw new Error(`job ${id} was last ${JSON.stringify(last)}`, { cause: error })
  })
}
