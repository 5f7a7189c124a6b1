import type { Command } from 'commander'
import { jsonOption } from '../command.ts'
import { watchOption } from '../watch.ts'

/** Options that choose jobs. */
export function withJobFilter(command: Command): Command {
  return command
    .option('--type <type>', 'only jobs of this type; several separated by commas')
    .option('--error <text>', 'only jobs whose error or reason contains this text')
    .option(
      '--since <time>',
      'only jobs queued since: 1h, 1h ago, today, yesterday, 2026-12-31, 2026-12-31T18:30:00Z',
    )
}

/** The options of `jobs list`, and of `history`, which is the same list. */
export function withJobListOptions(command: Command): Command {
  return withJobFilter(command)
    .option('--state <state>', 'only jobs in this state, as discarded; several separated by commas')
    .option('--limit <n>', 'how many at most', '20')
    .addOption(watchOption())
    .option(...jsonOption)
}
