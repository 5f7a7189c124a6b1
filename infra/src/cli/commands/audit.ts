import { type AddCommand, type AnswerOptions, answer, jsonOption, numberOption } from '../command.ts'
import { auditText } from '../format/audit.ts'

/** `danbooru-jobs audit`: what operators did. */
export const addAudit: AddCommand = (program) => {
  program
    .command('audit')
    .description('show what operators did, the latest first')
    .addOption(numberOption('--limit <n>', 'how many at most', 10_000, 50))
    .option(...jsonOption)
    .examples('audit --limit 10')
    .action(async (options: AnswerOptions & { readonly limit: number }) => {
      const { listAudit } = await import('@danbooru-jobs/actors/operate')
      const { withDatabase } = await import('../connections.ts')
      const entries = await withDatabase((database) => listAudit(database.run, options.limit))
      answer(options, entries, (isColoured) => auditText(entries, isColoured))
    })
}
