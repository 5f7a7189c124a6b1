import { type AddCommand, type AnswerOptions, answer, exampleId, examples, jsonOption } from '../command.ts'
import { yesOption } from '../confirm.ts'
import type { RedriveCommand } from '../operate-jobs.ts'
import type { JobListOptions } from '../show-jobs.ts'
import { type WatchOptions, watchOption } from '../watch.ts'
import { withJobFilter, withJobListOptions } from './job-list-options.ts'

/** `danbooru-jobs jobs …`: look at single jobs, and do something about them. */
export const addJobs: AddCommand = (program) => {
  const group = program
    .command('jobs')
    .description('look at jobs, and cancel, run, retry, delete or redrive them')
    .addHelpText(
      ...examples('jobs list --state retrying', 'jobs redrive --type delete-user --error timeout --dry-run'),
    )
  addList(group)
  addShow(group)
  addOne(
    group,
    'cancel',
    'cancel a job that has not ended, wherever it is: also one that runs on another host',
    'cancelJob',
  )
  addOne(group, 'run', 'run a scheduled, waiting or retrying job now', 'runJob')
  addOne(group, 'retry', 'start a discarded or cancelled job again, with all its attempts', 'retryJob')
  addOne(group, 'delete', 'take a job off the queue; a running handler is not stopped', 'deleteJob')
  addRedrive(group)
}

const addList: AddCommand = (group) => {
  withJobListOptions(group.command('list').description('list jobs, the newest first (the same as history)'))
    .addHelpText(...examples('jobs list --state running,retrying --watch'))
    .action(async (options: JobListOptions) => {
      const { showJobs } = await import('../show-jobs.ts')
      await showJobs(options)
    })
}

const addShow: AddCommand = (group) => {
  group
    .command('show')
    .description('show a job with its log and the errors of its attempts')
    .argument('<job id>')
    .addOption(watchOption())
    .option(...jsonOption)
    .addHelpText(...examples(`jobs show ${exampleId}`))
    .action(async (id: string, options: WatchOptions) => {
      const { showJob } = await import('../show-jobs.ts')
      await showJob(id, options)
    })
}

type Deed = 'cancelJob' | 'runJob' | 'retryJob' | 'deleteJob'

function addOne(group: Parameters<AddCommand>[0], name: string, description: string, deed: Deed): void {
  group
    .command(name)
    .description(description)
    .argument('<job id>')
    .option(...jsonOption)
    .addHelpText(...examples(`jobs ${name} ${exampleId}`))
    .action(async (id: string, options: AnswerOptions) => {
      const deeds = await import('../operate-jobs.ts')
      const { value, text } = await deeds[deed](id)
      answer(options, value, text)
    })
}

const addRedrive: AddCommand = (group) => {
  const command = group
    .command('redrive')
    .description(
      'start all dead letters again that fit; asks first when --type, --error and --since are missing',
    )
  withJobFilter(command)
    .option('--limit <n>', 'how many at most', '1000')
    .option('--per-second <n>', 'how many may start in one second; the others are delayed')
    .option('--dry-run', 'only list them')
    .option(...yesOption)
    .option(...jsonOption)
    .addHelpText(...examples('jobs redrive --type delete-user --error timeout --dry-run'))
    .action(async (options: RedriveCommand) => {
      const { redriveJobs } = await import('../operate-jobs.ts')
      const { value, text } = await redriveJobs(options)
      answer(options, value, text)
    })
}
