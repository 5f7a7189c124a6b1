import { wholeNumberArgument } from '../arguments.ts'
import { type AddCommand, type AnswerOptions, answer, exampleId, examples, jsonOption } from '../command.ts'
import { UsageError } from '../failure.ts'
import { type WatchOptions, watchOption } from '../watch.ts'

interface ListOptions extends WatchOptions {
  readonly open?: true
  readonly complete?: true
  readonly limit: string
}

interface ShowOptions extends AnswerOptions {
  readonly limit: string
}

/** `danbooru-jobs batches …`: jobs with one callback, and how far they are. */
export const addBatches: AddCommand = (program) => {
  const group = program
    .command('batches')
    .description('look at batches of jobs')
    .addHelpText(...examples('batches list --open'))
  group
    .command('list')
    .description('list batches, the newest first')
    .option('--open', 'only those that are not complete')
    .option('--complete', 'only those that are complete')
    .option('--limit <n>', 'how many at most', '50')
    .addOption(watchOption())
    .option(...jsonOption)
    .addHelpText(...examples('batches list --open --watch'))
    .action(async (options: ListOptions) => {
      const { open, complete } = options
      if (open && complete) throw new UsageError('Give --open or --complete, not both.')
      const limit = wholeNumberArgument('--limit', options.limit, 1, 10_000)
      const { listBatches } = await import('../show-batches.ts')
      const isOpen = open ?? (complete ? false : undefined)
      await listBatches({ limit, ...(isOpen !== undefined && { isOpen }) }, options)
    })
  group
    .command('show')
    .description('show a batch and its jobs that have not ended')
    .argument('<batch id>')
    .option('--limit <n>', 'how many open jobs at most', '100')
    .option(...jsonOption)
    .addHelpText(...examples(`batches show ${exampleId}`))
    .action(async (id: string, options: ShowOptions) => {
      const most = wholeNumberArgument('--limit', options.limit, 1, 10_000)
      const { showBatch } = await import('../show-batches.ts')
      const { value, text } = await showBatch(id, most)
      answer(options, value, text)
    })
}
