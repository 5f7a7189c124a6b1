import {
  type AddCommand,
  type AnswerOptions,
  answer,
  exampleId,
  jsonOption,
  numberOption,
} from '../command.ts'
import { yesOption } from '../confirm.ts'
import type { RedriveCommand } from '../operate-jobs.ts'
import type { JobListOptions } from '../show-jobs.ts'
import { type WatchOptions, watchOption } from '../watch.ts'
import { withJobFilter, withJobListOptions } from './job-list-options.ts'

/** `danbooru-jobs jobs …`: look at single jobs, and change them. */
export const addJobs: AddCommand = (program) => {
  const group = program
    .command('jobs')
    .description('look at jobs, and cancel, run, retry, delete or redrive them')
    .examples('jobs list --state retrying', 'jobs redrive --type delete-user --error timeout --dry-run')
  addList(group)
  addShow(group)
  addOne(group, 'cancel', 'cancel a job that has not ended, also one that runs on another host', 'cancelJob')
  addOne(group, 'run', 'run a scheduled, waiting or retrying job now', 'runJob')
  addOne(group, 'retry', 'start a discarded, cancelled or lost job again, with all its attempts', 'retryJob')
  addOne(group, 'delete', 'take a job off the queue; a running handler is not stopped', 'deleteJob')
  addRedrive(group)
}

const addList: AddCommand = (group) => {
  withJobListOptions(group.command('list').description('list jobs, the newest first (the same as history)'))
    .examples('jobs list --state running,retrying --watch')
    .action(async (options: JobListOptions) => {
      const { showJobs } = await import('../show-jobs.ts')
      await showJobs(options)
    })
}

const addShow: AddCommand = (group) => {
  group
    .command('show')
    .description('show a job with its log and the errors of its attempts')
    .argument('<job id>', 'its whole id')
    .addOption(watchOption())
    .option(...jsonOption)
    .examples(`jobs show ${exampleId}`)
    .action(async (id: string, options: WatchOptions) => {
      const { showJob } = await import('../show-jobs.ts')
      await showJob(id, options)
    })
}

type Action = 'cancelJob' | 'runJob' | 'retryJob' | 'deleteJob'

function addOne(group: Parameters<AddCommand>[0], name: string, description: string, action: Action): void {
  group
    .command(name)
    .description(description)
    .argument('<job id>', 'its whole id')
    .option(...jsonOption)
    .examples(`jobs ${name} ${exampleId}`)
    .action(async (id: string, options: AnswerOptions) => {
      const actions = await import('../operate-jobs.ts')
      const { value, text } = await actions[action](id)
      answer(options, value, text)
    })
}

const addRedrive: AddCommand = (group) => {
  const command = group
    .command('redrive')
    .description(
      'start dead letters again, all that the options choose; asks first without --type, --error and --since',
    )
  withJobFilter(command)
    .addOption(numberOption('--limit <n>', 'how many at most', 1_000_000, 1_000))
    .addOption(
      numberOption('--per-second <n>', 'how many may start in one second; the others are delayed', 100_000),
    )
    .option('--dry-run', 'only list them')
    .option(...yesOption)
    .option(...jsonOption)
    .examples('jobs redrive --type delete-user --error timeout --dry-run')
    .action(async (options: RedriveCommand) => {
      const { redriveJobs } = await import('../operate-jobs.ts')
      const { value, text } = await redriveJobs(options)
      answer(options, value, text)
    })
}
