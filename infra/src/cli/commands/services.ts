import { type AddCommand, examples, jsonOption } from '../command.ts'
import { type WatchOptions, watchOption } from '../watch.ts'

/** `danbooru-jobs services list`: what runs where. */
export const addServices: AddCommand = (program) => {
  program
    .command('services')
    .description('look at the services that run')
    .addHelpText(...examples('services list'))
    .command('list')
    .description('every service in every process, with what it has handled since it started')
    .addOption(watchOption())
    .option(...jsonOption)
    .addHelpText(...examples('services list --watch'))
    .action(async (options: WatchOptions) => {
      const { listServices } = await import('../list-services.ts')
      await listServices(options)
    })
}
