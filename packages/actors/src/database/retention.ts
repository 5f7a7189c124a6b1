import type { QueryResult } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'

/**
 * Forgets which steps of jobs were done before `before`; a job may not come back after that, whether retried or redriven.
 *
 * @returns the number of rows deleted, at most `limit`; fewer when there are no more.
 */
export function forgetProcessedSteps(em: EntityManager, before: Date, limit: number): Promise<number> {
  return deleted(
    em,
    `delete from jobs.processed where (job_id, step) in (
       select job_id, step from jobs.processed where processed_at < ?::timestamptz
       order by processed_at limit ? for update skip locked)`,
    before,
    limit,
  )
}

/**
 * Forgets the course of lifecycles that ended before `before`: the messages they have seen. The lifecycles themselves, with their
 * last states, are kept.
 *
 * @returns the number of rows deleted, at most `limit`; fewer when there are no more.
 */
export function forgetEndedLifecycles(em: EntityManager, before: Date, limit: number): Promise<number> {
  return deleted(
    em,
    `delete from jobs.lifecycle_messages where (machine, key, message_id) in (
       select message.machine, message.key, message.message_id
         from jobs.lifecycle_messages message join jobs.lifecycles using (machine, key)
        where lifecycles.ended_at < ?::timestamptz
        limit ? for update of message skip locked)`,
    before,
    limit,
  )
}

async function deleted(em: EntityManager, statement: string, before: Date, limit: number): Promise<number> {
  const { affectedRows } = await em.execute<QueryResult>(statement, [before.toISOString(), limit], 'run')
  return affectedRows
}
