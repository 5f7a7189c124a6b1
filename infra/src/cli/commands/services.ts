import { type AddCommand, type AnswerOptions, answer, jsonOption } from '../command.ts'

/** `danbooru-jobs services list`: what runs where. */
export const addServices: AddCommand = (program) => {
  program
    .command('services')
    .description('look at the services that run')
    .command('list')
    .description('every service in every process, with what it has handled since it started')
    .option(...jsonOption)
    .action(async (options: AnswerOptions) => {
      const { listServices } = await import('../list-services.ts')
      const { value, text } = await listServices()
      answer(options, value, text)
    })
}
