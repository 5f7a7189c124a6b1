import { systemClock } from '@danbooru-jobs/actors/program'
import { type JobState, jobStates } from '@danbooru-jobs/contracts'
import { ExpectedError } from '../expected-error.ts'
import { unknownName, wholeNumberArgument } from './arguments.ts'
import { type AnswerOptions, answer } from './command.ts'
import { historyText, jobText } from './format/history.ts'
import { sinceArgument } from './job-arguments.ts'
import { asksForWaiting, showWaiting, waitingState } from './show-waiting.ts'
import { withHistory } from './with-history.ts'

/** What `history` was asked, as it was written. */
export interface HistoryOptions extends AnswerOptions {
  readonly type?: string
  readonly state?: string
  readonly error?: string
  readonly since?: string
  readonly limit: string
}

/** Shows jobs, the newest first. */
export async function showList(options: HistoryOptions): Promise<void> {
  if (asksForWaiting(options)) return showWaiting(options)
  const { type, state, error, since } = options
  const states = state === undefined ? undefined : state.split(',').map(stateArgument)
  const from = since === undefined ? undefined : sinceArgument('--since', since, systemClock.now())
  const limit = wholeNumberArgument('--limit', options.limit, 1, 1_000)
  const filter = {
    ...(type !== undefined && { types: type.split(',') }),
    ...(states !== undefined && { states }),
    ...(error !== undefined && { error }),
    ...(from !== undefined && { queuedFrom: from }),
  }
  const { jobs } = await withHistory((history) => history.list(filter, { limit }))
  answer(options, jobs, historyText(jobs))
}

/** Shows one job with all that is known about it. */
export async function showJob(jobId: string, options: HistoryOptions): Promise<void> {
  const found = await withHistory(async (history) => {
    const job = await history.find(jobId)
    return job && { job, failures: await history.attempts(jobId) }
  })
  if (found === undefined) throw new ExpectedError(`The history has no job ${jobId}.`)
  answer(options, found, jobText(found.job, found.failures))
}

function stateArgument(text: string): JobState {
  return jobStates.find((state) => state === text) ?? unknownName('state', text, [...jobStates, waitingState])
}
