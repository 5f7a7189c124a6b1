import { type AddCommand, type AnswerOptions, answer, jsonOption } from '../command.ts'
import { queuesText } from '../format/queues.ts'

/** `danbooru-jobs queues …`: how full the queues are, and whether they go on. */
export const addQueues: AddCommand = (program) => {
  const group = program
    .command('queues')
    .description('look at the queues; pause, resume, drain or purge them')
    .addHelpText('after', '\nExample: danbooru-jobs queues pause delete-favorites')
  addList(group)
  addOne(group, 'pause', 'stop deliveries of a job type on every host until it is resumed', 'pauseQueue')
  addOne(group, 'resume', 'let a paused job type go on', 'resumeQueue')
  addOne(group, 'drain', 'pause a job type and wait until none of its jobs runs', 'drainQueue')
  addOne(group, 'purge', 'take every job of a type off the queue that has not started', 'purgeQueue')
}

const addList: AddCommand = (group) => {
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
  limited      may not start before others have ended, or before their time: see jobs list --state waiting
  redelivered  delivered more than once, of those not settled yet`,
    )
    .action(async (options: AnswerOptions) => {
      const { withNats } = await import('../connections.ts')
      const { listQueues } = await import('../list-queues.ts')
      const rows = await withNats(listQueues)
      answer(options, rows, queuesText(rows))
    })
}

type Deed = 'pauseQueue' | 'resumeQueue' | 'drainQueue' | 'purgeQueue'

function addOne(group: Parameters<AddCommand>[0], name: string, description: string, deed: Deed): void {
  group
    .command(name)
    .description(description)
    .argument('<type>', 'a job type, as delete-favorites')
    .option(...jsonOption)
    .action(async (type: string, options: AnswerOptions) => {
      const deeds = await import('../operate-queues.ts')
      const { value, text } = await deeds[deed](type)
      answer(options, value, text)
    })
}
