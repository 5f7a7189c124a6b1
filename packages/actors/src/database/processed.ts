import { storableId } from '@danbooru-jobs/contracts/wire'
import type { EntityManager } from '@mikro-orm/postgresql'

/**
 * Remembers, in the transaction of `em`, that a step of a job was done.
 *
 * @returns false if it was done before: by an earlier attempt, or by another worker that has the same job.
 */
export async function recordOnce(
  em: EntityManager,
  jobId: string,
  step: string,
  now: Date,
): Promise<boolean> {
  const rows = await em.execute(
    'insert into jobs.processed (job_id, step, processed_at) values (?, ?, ?) on conflict do nothing returning job_id',
    [storableId(jobId), storableId(step), now],
  )
  return rows.length > 0
}
