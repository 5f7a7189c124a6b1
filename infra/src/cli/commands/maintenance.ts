import { type AddCommand, type AnswerOptions, answer, jsonOption } from '../command.ts'
import { exitCodes, UsageError } from '../failure.ts'

interface RunOptions extends AnswerOptions {
  readonly all?: true
  readonly only?: string
}

/** `danbooru-jobs maintenance run`: each maintenance job once, now. */
export const addMaintenance: AddCommand = (program) => {
  program
    .command('maintenance')
    .description('run maintenance jobs by hand')
    .examples('maintenance run --all')
    .command('run')
    .description('run maintenance jobs now, wait for their ends, and report what they changed')
    .option('--all', 'every maintenance job')
    .option('--only <types>', 'only these job types, separated by commas')
    .names('--only', 'maintenance job', 'several')
    .option(...jsonOption)
    .examples('maintenance run --only prune-posts,prune-bans')
    .action(async (options: RunOptions) => {
      if ((options.all === true) === (options.only !== undefined))
        throw new UsageError('Give --all, or --only with names of maintenance jobs.')
      const { runMaintenance } = await import('../run-maintenance.ts')
      const { value, text, failed } = await runMaintenance(options.only?.split(','))
      answer(options, value, text)
      if (failed) process.exitCode = exitCodes.failed
    })
}
