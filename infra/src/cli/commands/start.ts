import { wholeNumberArgument } from '../arguments.ts'
import { type AddCommand, examples } from '../command.ts'

interface StartOptions {
  readonly only?: string
  readonly maxThreads?: string
}

/** `danbooru-jobs start`: services against servers that run already. */
export const addStart: AddCommand = (program) => {
  program
    .command('start')
    .description('run services in this process, against servers that run already')
    .option('--only <names>', 'these services, separated by commas; default: all')
    .option('--max-threads <n>', 'how many jobs run at once (default: MAX_THREADS, or 10)')
    .addHelpText(...examples('start --only delete-user,delete-favorites --max-threads 4'))
    .action(async (options: StartOptions) => {
      const { chosenServices } = await import('../select-services.ts')
      const { runUntilStopped } = await import('../run-until-stopped.ts')
      const selected = await chosenServices(options.only)
      const maxThreads =
        options.maxThreads === undefined
          ? undefined
          : wholeNumberArgument('--max-threads', options.maxThreads, 1, 10_000)
      await runUntilStopped(selected, maxThreads)
    })
}
