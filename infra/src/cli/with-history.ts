import { JobHistory } from '@danbooru-jobs/actors/operate'
import { withDatabase } from './connections.ts'

/**
 * Asks the history and closes the connection.
 *
 * @throws {ExpectedError} when there is no database, or one that has no tables of ours yet
 */
export function withHistory<Result>(work: (history: JobHistory) => Promise<Result>): Promise<Result> {
  return withDatabase((database) => work(new JobHistory(database.run)))
}
