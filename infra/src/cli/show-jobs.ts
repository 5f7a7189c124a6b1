import { jobDetails, listJobs } from '@danbooru-jobs/actors/operate'
import { systemClock } from '@danbooru-jobs/actors/program'
import { type JobState, jobStates } from '@danbooru-jobs/contracts'
import { unknownName } from './arguments.ts'
import { withDatabase } from './connections.ts'
import { jobsText, jobText } from './format/jobs.ts'
import { typesArgument } from './known-types.ts'
import { sinceArgument } from './times.ts'
import { answerWatched, type WatchOptions } from './watch.ts'

/** What `jobs list` was asked, as it was written. */
export interface JobListOptions extends WatchOptions {
  readonly type?: string
  readonly state?: string
  readonly error?: string
  readonly since?: string
  readonly limit: number
}

/** Shows jobs, the newest first. */
export async function showJobs(options: JobListOptions): Promise<void> {
  const { type, state, error, since, limit } = options
  const states = state === undefined ? undefined : state.split(',').map(stateArgument)
  const from = since === undefined ? undefined : sinceArgument('--since', since, systemClock.now())
  const filter = {
    ...(states !== undefined && { states }),
    ...(error !== undefined && { error }),
    ...(from !== undefined && { queuedFrom: from }),
  }
  await withDatabase(async ({ run }) => {
    const types = await typesArgument(run, type)
    await answerWatched(options, async () => {
      const { jobs } = await listJobs(run, { ...filter, ...(types && { types }) }, { limit })
      return { value: jobs, text: (isColoured) => jobsText(jobs, isColoured) }
    })
  })
}

/** Shows one job with all that is known about it. */
export async function showJob(jobId: string, options: WatchOptions): Promise<void> {
  await withDatabase(({ run }) =>
    answerWatched(options, async () => {
      const details = await jobDetails(run, jobId)
      return { value: details, text: (isColoured) => jobText(details, isColoured) }
    }),
  )
}

function stateArgument(text: string): JobState {
  return jobStates.find((state) => state === text) ?? unknownName('state', text, jobStates)
}
