import {
  type AddCommand,
  type AnswerOptions,
  answer,
  exampleId,
  jsonOption,
  numberOption,
} from '../command.ts'
import { UsageError } from '../failure.ts'
import { type WatchOptions, watchOption } from '../watch.ts'

interface ListOptions extends WatchOptions {
  readonly open?: true
  readonly complete?: true
  readonly limit: number
}

interface ShowOptions extends AnswerOptions {
  readonly limit: number
}

/** `danbooru-jobs batches …`: jobs with one callback, and how far they are. */
export const addBatches: AddCommand = (program) => {
  const group = program
    .command('batches')
    .description('look at batches of jobs')
    .examples('batches list --open')
  group
    .command('list')
    .description('list batches, the newest first')
    .option('--open', 'only those that are not complete')
    .option('--complete', 'only those that are complete')
    .addOption(numberOption('--limit <n>', 'how many at most', 10_000, 50))
    .addOption(watchOption())
    .option(...jsonOption)
    .examples('batches list --open --watch')
    .action(async (options: ListOptions) => {
      const { open, complete, limit } = options
      if (open && complete) throw new UsageError('Give --open or --complete, not both.')
      const { listBatches } = await import('../show-batches.ts')
      const isOpen = open ?? (complete ? false : undefined)
      await listBatches({ limit, ...(isOpen !== undefined && { isOpen }) }, options)
    })
  group
    .command('show')
    .description('show a batch and its jobs that have not ended')
    .argument('<batch id>', 'its whole id')
    .addOption(numberOption('--limit <n>', 'how many open jobs at most', 10_000, 100))
    .option(...jsonOption)
    .examples(`batches show ${exampleId}`)
    .action(async (id: string, options: ShowOptions) => {
      const { showBatch } = await import('../show-batches.ts')
      const { value, text } = await showBatch(id, options.limit)
      answer(options, value, text)
    })
}
