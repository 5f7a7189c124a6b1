import { ExpectedError } from '../../expected-error.ts'
import { wholeNumberArgument } from '../arguments.ts'
import { type AddCommand, type AnswerOptions, answer, jsonOption } from '../command.ts'
import { lifecycleCourseText, lifecycleListText } from '../format/lifecycle.ts'

interface ListOptions extends AnswerOptions {
  readonly machine?: string
  readonly stalled?: true
  readonly limit: string
}

/** `danbooru-jobs lifecycle …`: look at lifecycles, and get stalled ones going again. */
export const addLifecycle: AddCommand = (program) => {
  const group = program
    .command('lifecycle')
    .description('look at lifecycles, and get stalled ones going again')
    .addHelpText('after', '\nExample: danbooru-jobs lifecycle list --stalled')
  addShow(group)
  addList(group)
  addHistory(group)
  addRetry(group)
}

const addShow: AddCommand = (group) => {
  group
    .command('show')
    .description('print a statechart as a Mermaid diagram')
    .argument('<machine>', 'as user-deactivation')
    .action(async (machine: string) => {
      const { mermaidOf } = await import('@danbooru-jobs/actors/operate')
      const { lifecycleNamed } = await import('../lifecycles.ts')
      process.stdout.write(mermaidOf(lifecycleNamed(machine).machine))
    })
}

const addList: AddCommand = (group) => {
  group
    .command('list')
    .description('list lifecycles, the latest news first')
    .option('--machine <name>', 'only these')
    .option('--stalled', 'only those that wait for a retry')
    .option('--limit <n>', 'how many at most', '50')
    .option(...jsonOption)
    .action(async (options: ListOptions) => {
      const limit = wholeNumberArgument('--limit', options.limit, 1, 10_000)
      const { withDatabase } = await import('../connections.ts')
      const { listLifecycles, lifecycleNamed } = await import('../lifecycles.ts')
      const machine = options.machine === undefined ? undefined : lifecycleNamed(options.machine).name
      const rows = await withDatabase((database) =>
        listLifecycles(database, { machine, stalled: options.stalled === true, limit }),
      )
      answer(options, rows, lifecycleListText(rows))
    })
}

const addHistory: AddCommand = (group) => {
  group
    .command('history')
    .description('show every message that a lifecycle took, and where it led')
    .argument('<machine>')
    .argument('<key>', "as the user's id")
    .option(...jsonOption)
    .action(async (machine: string, key: string, options: AnswerOptions) => {
      const { withDatabase } = await import('../connections.ts')
      const { lifecycleCourse, lifecycleNamed } = await import('../lifecycles.ts')
      const { name } = lifecycleNamed(machine)
      const rows = await withDatabase((database) => lifecycleCourse(database, name, key))
      if (rows.length === 0) throw new ExpectedError(`There is no lifecycle ${name} ${key}.`)
      answer(options, rows, lifecycleCourseText(rows))
    })
}

const addRetry: AddCommand = (group) => {
  group
    .command('retry')
    .description('let a stalled lifecycle go on')
    .argument('<machine>')
    .argument('<key>', "as the user's id")
    .option(...jsonOption)
    .action(async (machine: string, key: string, options: AnswerOptions) => {
      const { lifecycleNamed, retryLifecycle } = await import('../lifecycles.ts')
      const { name } = lifecycleNamed(machine)
      await retryLifecycle({ machine: name, key })
      answer(options, { machine: name, key, sent: 'retry' }, `sent: retry to ${name} ${key}`)
    })
}
