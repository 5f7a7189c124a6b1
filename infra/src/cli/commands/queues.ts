import { type AddCommand, type AnswerOptions, answer, jsonOption } from '../command.ts'
import { queuesText } from '../format/queues.ts'

/** `danbooru-jobs queues …`: how full the queues are. */
export const addQueues: AddCommand = (program) => {
  const group = program.command('queues').description('look at the queues')
  group
    .command('list')
    .description('one line for each job type')
    .option(...jsonOption)
    .addHelpText(
      'after',
      `
Columns:
  queued       to be run now
  running      as the workers say
  waiting      failed and waiting for the next attempt, or about to start
  delayed      to be run later
  redelivered  delivered more than once, of those not settled yet`,
    )
    .action(async (options: AnswerOptions) => {
      const { withNats } = await import('../connections.ts')
      const { listQueues } = await import('../list-queues.ts')
      const rows = await withNats(listQueues)
      answer(options, rows, queuesText(rows))
    })
}
