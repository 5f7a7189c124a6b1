import { type AddCommand, jsonOption } from '../command.ts'
import type { JobListOptions } from '../show-jobs.ts'

/** `danbooru-jobs history`: what became of jobs. */
export const addHistory: AddCommand = (program) => {
  program
    .command('history')
    .description('show what became of jobs, the newest first; or one job with all that is known about it')
    .argument('[job id]', 'show this job')
    .option('--type <type>', 'only jobs of this type; several separated by commas')
    .option('--state <state>', 'only jobs in this state, as discarded; several separated by commas')
    .option('--error <text>', 'only jobs whose error or reason contains this text')
    .option(
      '--since <time>',
      'only jobs queued since: 1h, 1h ago, today, yesterday, 2026-12-31, 2026-12-31T18:30:00Z',
    )
    .option('--limit <n>', 'how many at most', '20')
    .option(...jsonOption)
    .addHelpText('after', '\nExample: danbooru-jobs history --state discarded --since 24h')
    .action(async (jobId: string | undefined, options: JobListOptions) => {
      const { showJob, showJobs } = await import('../show-jobs.ts')
      await (jobId === undefined ? showJobs(options) : showJob(jobId, options))
    })
}
