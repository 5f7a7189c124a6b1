import { daemon } from '@danbooru-jobs/actors'
import { HistoryWriter } from './history-writer.ts'

/** NATS → searchable history in the database: every job's course from the job log into `jobs.history`. */
export const jobHistory = daemon({
  name: 'job-history',
  title: 'Writes the history of every job',
  usesDatabase: 'sql',
  start: (runtime) => new HistoryWriter(runtime).start(),
})
