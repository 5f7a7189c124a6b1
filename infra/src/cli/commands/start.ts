import { type AddCommand, numberOption } from '../command.ts'

interface StartOptions {
  readonly only?: string
  readonly maxThreads?: number
}

/** `danbooru-jobs start`: services against servers that run already. */
export const addStart: AddCommand = (program) => {
  program
    .command('start')
    .description('run services in this process, against servers that run already')
    .option('--only <names>', 'these services, separated by commas (default: all)')
    .names('--only', 'service', 'several')
    .addOption(
      numberOption('--max-threads <n>', 'how many jobs run at once (default: MAX_THREADS, or 10)', 10_000),
    )
    .examples('start --only delete-user,delete-favorites --max-threads 4')
    .action(async (options: StartOptions) => {
      const { chosenServices } = await import('../select-services.ts')
      const { runUntilStopped } = await import('../run-until-stopped.ts')
      const selected = await chosenServices(options.only)
      await runUntilStopped(selected, options.maxThreads)
    })
}
