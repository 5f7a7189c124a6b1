import { type AddCommand, jsonOption } from '../command.ts'
import { type WatchOptions, watchOption } from '../watch.ts'

/** `danbooru-jobs services list`: what runs where. */
export const addServices: AddCommand = (program) => {
  program
    .command('services')
    .description('look at the services that run')
    .examples('services list')
    .command('list')
    .description('list every service in every process, and what it has handled since it started')
    .addOption(watchOption())
    .option(...jsonOption)
    .examples('services list --watch')
    .action(async (options: WatchOptions) => {
      const { listServices } = await import('../list-services.ts')
      await listServices(options)
    })
}
