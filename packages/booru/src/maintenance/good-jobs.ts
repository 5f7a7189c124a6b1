import type { EntityManager } from '@mikro-orm/postgresql'

/**
 * Deletes at most `limit` jobs of Danbooru's own queue that were created before `before` and have finished, with all their executions.
 * Danbooru's `PruneJobsJob` at commit b43a913ad7 deletes unfinished jobs too, and with them work that was never done; here they stay.
 *
 * @returns the numbers of jobs and of rows deleted; fewer jobs than `limit` when there are no more.
 */
export async function deleteFinishedGoodJobs(
  em: EntityManager,
  before: Date,
  limit: number,
): Promise<{ readonly jobs: number; readonly rows: number }> {
  const [done] = await em.execute<{ jobs: number; rows: number }[]>(
    `WITH heads AS (
       SELECT id, active_job_id FROM good_jobs AS head
        WHERE retried_good_job_id IS NULL AND finished_at IS NOT NULL AND created_at < ?::timestamp
          AND NOT EXISTS (SELECT FROM good_jobs AS open
                           WHERE open.active_job_id = head.active_job_id AND open.finished_at IS NULL)
        ORDER BY finished_at LIMIT ? FOR UPDATE SKIP LOCKED
     ), executions AS (
       SELECT id FROM heads
       UNION SELECT good_jobs.id FROM heads JOIN good_jobs USING (active_job_id)
     ), deleted AS (
       DELETE FROM good_jobs USING executions WHERE good_jobs.id = executions.id RETURNING good_jobs.id
     )
     SELECT (SELECT count(*)::int FROM heads) AS jobs, (SELECT count(*)::int FROM deleted) AS rows`,
    [before.toISOString(), limit],
  )
  return done ?? { jobs: 0, rows: 0 }
}
