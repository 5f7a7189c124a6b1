import { type AddCommand, type AnswerOptions, answer, jsonOption } from '../command.ts'
import { type WatchOptions, watchOption } from '../watch.ts'

/** `danbooru-jobs schedules …`: what runs when, and doing it now. */
export const addSchedules: AddCommand = (program) => {
  const group = program
    .command('schedules')
    .description('look at the schedules; run, pause or resume one')
    .examples('schedules list', 'schedules run prune-posts')
  group
    .command('list')
    .description('list the schedules with their last and next runs')
    .addOption(watchOption())
    .option(...jsonOption)
    .examples('schedules list --watch 10')
    .action(async (options: WatchOptions) => {
      const { listSchedules } = await import('../operate-schedules.ts')
      await listSchedules(options)
    })
  addOne(group, 'run', 'enqueue the job of a schedule now', 'runSchedule')
  addOne(group, 'pause', 'stop a schedule until it is resumed', 'pauseOne')
  addOne(group, 'resume', 'let a paused schedule continue', 'resumeOne')
}

type Action = 'runSchedule' | 'pauseOne' | 'resumeOne'

function addOne(group: Parameters<AddCommand>[0], name: string, description: string, action: Action): void {
  group
    .command(name)
    .description(description)
    .argument('<name>', 'a schedule, such as prune-posts, or with its set, maintenance.prune-posts')
    .names('name', 'schedule')
    .option(...jsonOption)
    .examples(`schedules ${name} prune-posts`)
    .action(async (schedule: string, options: AnswerOptions) => {
      const actions = await import('../operate-schedules.ts')
      const { value, text } = await actions[action](schedule)
      answer(options, value, text)
    })
}
