import { type AddCommand, type AnswerOptions, answer, jsonOption, numberOption } from '../command.ts'
import { type WatchOptions, watchOption } from '../watch.ts'

interface ListOptions extends WatchOptions {
  readonly machine?: string
  readonly stalled?: true
  readonly limit: number
}

/** `danbooru-jobs lifecycle …`: look at lifecycles, and resume stalled ones. */
export const addLifecycle: AddCommand = (program) => {
  const group = program
    .command('lifecycle')
    .description('look at lifecycles, and resume stalled ones')
    .examples('lifecycle list --stalled')
  addShow(group)
  addList(group)
  addHistory(group)
  addRetry(group)
}

const addShow: AddCommand = (group) => {
  group
    .command('show')
    .description('print a statechart as a Mermaid diagram')
    .argument('<machine>', 'a lifecycle, such as user-deactivation')
    .names('machine', 'lifecycle')
    .examples('lifecycle show user-deactivation')
    .action(async (machine: string) => {
      const { mermaidOf } = await import('@danbooru-jobs/actors/operate')
      const { lifecycleNamed } = await import('../operate-lifecycles.ts')
      process.stdout.write(mermaidOf(lifecycleNamed(machine).machine))
    })
}

const addList: AddCommand = (group) => {
  group
    .command('list')
    .description('list lifecycles, the one that took the latest message first')
    .option('--machine <name>', 'only lifecycles of this machine')
    .names('--machine', 'lifecycle')
    .option('--stalled', 'only those that wait for a retry')
    .addOption(numberOption('--limit <n>', 'how many at most', 10_000, 50))
    .addOption(watchOption())
    .option(...jsonOption)
    .examples('lifecycle list --stalled', 'lifecycle list --watch')
    .action(async (options: ListOptions) => {
      const { listLifecycles } = await import('../operate-lifecycles.ts')
      const filter = { machine: options.machine, isStalled: options.stalled === true, limit: options.limit }
      await listLifecycles(filter, options)
    })
}

const addHistory: AddCommand = (group) => {
  group
    .command('history')
    .description('show every message that a lifecycle took, and where it led')
    .argument('<machine>', 'a lifecycle, such as user-deactivation')
    .names('machine', 'lifecycle')
    .argument('<key>', "its key, such as the user's id")
    .option(...jsonOption)
    .examples('lifecycle history user-deactivation 42')
    .action(async (machine: string, key: string, options: AnswerOptions) => {
      const { showCourse } = await import('../operate-lifecycles.ts')
      const { value, text } = await showCourse({ machine, key })
      answer(options, value, text)
    })
}

const addRetry: AddCommand = (group) => {
  group
    .command('retry')
    .description('let a stalled lifecycle continue')
    .argument('<machine>', 'a lifecycle, such as user-deactivation')
    .names('machine', 'lifecycle')
    .argument('<key>', "its key, such as the user's id")
    .option(...jsonOption)
    .examples('lifecycle retry user-deactivation 42')
    .action(async (machine: string, key: string, options: AnswerOptions) => {
      const { retryLifecycle } = await import('../operate-lifecycles.ts')
      const { value, text } = await retryLifecycle({ machine, key })
      answer(options, value, text)
    })
}
