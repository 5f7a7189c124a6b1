import { type JobState, jobStates, systemClock } from '@danbooru-jobs/actors'
import { ExpectedError } from '../../expected-error.ts'
import { sinceArgument, unknownName, wholeNumberArgument } from '../arguments.ts'
import { type AddCommand, type AnswerOptions, answer, jsonOption } from '../command.ts'
import { historyText, jobText } from '../format/history.ts'

interface HistoryOptions extends AnswerOptions {
  readonly type?: string
  readonly state?: string
  readonly error?: string
  readonly since?: string
  readonly limit: string
}

/** `danbooru-jobs history`: what became of jobs. */
export const addHistory: AddCommand = (program) => {
  program
    .command('history')
    .description('show what became of jobs, the newest first; or one job with all that is known about it')
    .argument('[job id]', 'show this job')
    .option('--type <type>', 'only jobs of this type; several separated by commas')
    .option(
      '--state <state>',
      `only jobs in this state (${jobStates.join(', ')}); several separated by commas`,
    )
    .option('--error <text>', 'only jobs whose error or reason contains this text')
    .option('--since <time>', 'only jobs queued since: 30m, 24h, 7d, or 2026-12-31T18:30:00Z')
    .option('--limit <n>', 'how many at most', '20')
    .option(...jsonOption)
    .addHelpText('after', '\nExample: danbooru-jobs history --state discarded --since 24h')
    .action((jobId: string | undefined, options: HistoryOptions) =>
      jobId === undefined ? showList(options) : showJob(jobId, options),
    )
}

async function showList(options: HistoryOptions): Promise<void> {
  const { type, state, error, since } = options
  const states = state === undefined ? undefined : state.split(',').map(stateArgument)
  const from = since === undefined ? undefined : sinceArgument('--since', since, systemClock.now())
  const limit = wholeNumberArgument('--limit', options.limit, 1, 1_000)
  const { withHistory } = await import('../with-history.ts')
  const filter = {
    ...(type !== undefined && { types: type.split(',') }),
    ...(states !== undefined && { states }),
    ...(error !== undefined && { error }),
    ...(from !== undefined && { queuedFrom: from }),
  }
  const { jobs } = await withHistory((history) => history.list(filter, { limit }))
  answer(options, jobs, historyText(jobs))
}

async function showJob(jobId: string, options: HistoryOptions): Promise<void> {
  const { withHistory } = await import('../with-history.ts')
  const found = await withHistory(async (history) => {
    const job = await history.find(jobId)
    return job && { job, failures: await history.attempts(jobId) }
  })
  if (found === undefined) throw new ExpectedError(`The history has no job ${jobId}.`)
  answer(options, found, jobText(found.job, found.failures))
}

function stateArgument(text: string): JobState {
  return jobStates.find((state) => state === text) ?? unknownName('state', text, jobStates)
}
