import { waitingJobs } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { wholeNumberArgument } from './arguments.ts'
import { answer } from './command.ts'
import { withDatabase } from './connections.ts'
import { UsageError } from './failure.ts'
import { waitingText, waitingValue } from './format/waiting.ts'
import { sinceArgument } from './job-arguments.ts'
import type { HistoryOptions } from './show-history.ts'

/** The state of jobs that wait for a limit, an order or a rate. They are listed from the limits themselves, not from the history. */
export const waitingState = 'waiting'

/** Whether jobs are asked for that wait for a limit. @throws {UsageError} when other states are asked for too */
export function asksForWaiting({ state, error }: HistoryOptions): boolean {
  const states = state?.split(',') ?? []
  if (!states.includes(waitingState)) return false
  if (states.length > 1) throw new UsageError('The state waiting cannot be listed together with others.')
  if (error !== undefined) throw new UsageError('A job that waits has no error: leave --error out.')
  return true
}

/** Shows jobs that may not start yet, and what they wait for; the longest waiting first. */
export async function showWaiting(options: HistoryOptions): Promise<void> {
  const { type, since } = options
  const from = since === undefined ? undefined : sinceArgument('--since', since, systemClock.now())
  const most = wholeNumberArgument('--limit', options.limit, 1, 1_000)
  const filter = {
    most,
    ...(type !== undefined && { jobTypes: type.split(',') }),
    ...(from !== undefined && { from }),
  }
  const jobs = await withDatabase((database) => waitingJobs(database.entityManager(), filter))
  answer(options, waitingValue(jobs), waitingText(jobs))
}
