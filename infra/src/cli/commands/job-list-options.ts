import { jsonOption, numberOption } from '../command.ts'
import type { DocumentedCommand } from '../documented-command.ts'
import { watchOption } from '../watch.ts'

/** Options that choose jobs. */
export function withJobFilter(command: DocumentedCommand): DocumentedCommand {
  return command
    .option('--type <type>', 'only jobs of this type; several separated by commas')
    .names('--type', 'job type', 'several')
    .option('--error <text>', 'only jobs whose last error contains this text')
    .option(
      '--since <time>',
      'only jobs queued since: 1h, 1h ago, today, yesterday, 2026-12-31, 2026-12-31T18:30:00Z',
    )
}

/** The options of `jobs list`, and of `history`, which is the same list. */
export function withJobListOptions(command: DocumentedCommand): DocumentedCommand {
  return withJobFilter(command)
    .option('--state <state>', 'only jobs in this state, such as discarded; several separated by commas')
    .names('--state', 'job state', 'several')
    .addOption(numberOption('--limit <n>', 'how many at most', 1_000, 20))
    .addOption(watchOption())
    .option(...jsonOption)
}
