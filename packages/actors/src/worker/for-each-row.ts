import type { TransactionWork } from '../database/database.ts'
import type { JobContext } from './job-context.ts'

/**
 * Classes of SQLSTATE that are about the rows themselves: a value or a constraint (22, 23), an error that a trigger raised (P0), a
 * transaction that had to give way (40), a lock that was not granted (55). PostgreSQL documentation, appendix A.
 */
const rowClasses = new Set(['22', '23', 'P0', '40', '55'])

/**
 * Whether an error blames the rows that were worked on, so that a job may report them and go on with the rest. Everything
 * else (no connection, no space, a missing table, a bug) would hit the next row as well.
 */
export function isRowFault(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  return error.code.length === 5 && rowClasses.has(error.code.slice(0, 2))
}

/**
 * Does the same for each of some rows, each in a transaction of its own, until the job is aborted. A row that PostgreSQL
 * refuses is noted in the job's log and does not stop the rest; any other error does.
 *
 * @param name what a row is called in the log, as `post #5`.
 * @returns what was made of the rows that did not fail, in their order, and how many failed.
 */
export async function forEachRow<Row, Result>(
  job: JobContext,
  rows: Iterable<Row>,
  name: (row: Row) => string,
  work: (row: Row, ...transaction: Parameters<TransactionWork<Result>>) => Promise<Result>,
): Promise<{ results: Result[]; failed: number }> {
  const results: Result[] = []
  let failed = 0
  for (const row of rows) {
    job.signal.throwIfAborted()
    try {
      results.push(await job.transaction((em, outbox) => work(row, em, outbox)))
    } catch (error) {
      if (!isRowFault(error)) throw error
      failed += 1
      job.note(`${name(row)} failed: ${error.message}`)
      job.log.warn({ err: error }, `${name(row)} failed`)
    }
  }
  return { results, failed }
}
