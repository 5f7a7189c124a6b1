import { type AddCommand, type AnswerOptions, answer, jsonOption } from '../command.ts'
import { yesOption } from '../confirm.ts'
import { type WatchOptions, watchOption } from '../watch.ts'

/** `danbooru-jobs queues …`: how full the queues are; pausing and purging them. */
export const addQueues: AddCommand = (program) => {
  const group = program
    .command('queues')
    .description('look at the queues; pause, resume, drain or purge them')
    .examples('queues list', 'queues pause delete-favorites')
  addList(group)
  addOne(
    group,
    'pause',
    'stop deliveries of a job type on every host until it is resumed, also after a restart',
    'pauseQueue',
  )
  addOne(group, 'resume', 'let a paused job type continue', 'resumeQueue')
  addOne(group, 'drain', 'pause a job type and wait until none of its jobs runs', 'drainQueue')
  addPurge(group)
}

const addList: AddCommand = (group) => {
  group
    .command('list')
    .description('list the queues, one line for each job type')
    .addOption(watchOption())
    .option(...jsonOption)
    .notes(`Columns:
  scheduled  to run later
  queued     due, and not started
  waiting    may not start yet because of a limit, a rate or an order; without a database they count as scheduled
  running    its handler runs
  retrying   failed, and waits for the next attempt
  oldest     age of the oldest job that is due and has not ended

"jobs list --state <state>" lists the jobs that are counted.`)
    .examples('queues list --watch')
    .action(async (options: WatchOptions) => {
      const { listQueues } = await import('../list-queues.ts')
      await listQueues(options)
    })
}

const addPurge: AddCommand = (group) => {
  group
    .command('purge')
    .description('remove every job of a type that does not run from its queue; asks first')
    .argument('<type>', 'a job type, such as delete-favorites')
    .names('type', 'job type')
    .option(...yesOption)
    .option(...jsonOption)
    .examples('queues purge delete-favorites --yes')
    .action(async (type: string, options: AnswerOptions & { readonly yes?: true }) => {
      const { purgeQueue } = await import('../operate-queues.ts')
      const { value, text } = await purgeQueue(type, options.yes === true)
      answer(options, value, text)
    })
}

type Action = 'pauseQueue' | 'resumeQueue' | 'drainQueue'

function addOne(group: Parameters<AddCommand>[0], name: string, description: string, action: Action): void {
  group
    .command(name)
    .description(description)
    .argument('<type>', 'a job type, such as delete-favorites')
    .names('type', 'job type')
    .option(...jsonOption)
    .examples(`queues ${name} delete-favorites`)
    .action(async (type: string, options: AnswerOptions) => {
      const actions = await import('../operate-queues.ts')
      const { value, text } = await actions[action](type)
      answer(options, value, text)
    })
}
