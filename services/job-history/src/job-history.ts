import { daemon } from '@danbooru-jobs/actors'
import { HistoryWriter } from './history-writer.ts'

/** Writes the course of every job from the job log into `jobs.history`, where it can be searched. */
export const jobHistory = daemon({
  name: 'job-history',
  title: 'Writes the history of every job',
  usesDatabase: 'sql',
  start: (runtime) => new HistoryWriter(runtime).start(),
})
