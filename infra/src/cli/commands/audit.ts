import { wholeNumberArgument } from '../arguments.ts'
import { type AddCommand, type AnswerOptions, answer, examples, jsonOption } from '../command.ts'
import { auditText } from '../format/audit.ts'

/** `danbooru-jobs audit`: what operators did. */
export const addAudit: AddCommand = (program) => {
  program
    .command('audit')
    .description('show what operators did lately')
    .option('--limit <n>', 'how many at most', '50')
    .option(...jsonOption)
    .addHelpText(...examples('audit --limit 10'))
    .action(async (options: AnswerOptions & { readonly limit: string }) => {
      const limit = wholeNumberArgument('--limit', options.limit, 1, 10_000)
      const { listAudit } = await import('@danbooru-jobs/actors/operate')
      const { withDatabase } = await import('../connections.ts')
      const entries = await withDatabase((database) => listAudit(database.run, limit))
      answer(options, entries, (isColoured) => auditText(entries, isColoured))
    })
}
