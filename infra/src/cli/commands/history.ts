import type { AddCommand } from '../command.ts'
import type { JobListOptions } from '../show-jobs.ts'
import { withJobListOptions } from './job-list-options.ts'

/** `danbooru-jobs history`: what became of jobs. */
export const addHistory: AddCommand = (program) => {
  const command = program
    .command('history')
    .description('show what became of jobs, the newest first; or one job with all that is known about it')
    .argument('[job id]', 'show this job')
  withJobListOptions(command)
    .examples('history --state discarded --since 24h')
    .action(async (jobId: string | undefined, options: JobListOptions) => {
      const { showJob, showJobs } = await import('../show-jobs.ts')
      await (jobId === undefined ? showJobs(options) : showJob(jobId, options))
    })
}
