import { jobHeader, natsHeader } from './headers.ts'
import type { JobState } from './job-states.ts'

/** The states that a job's stored message alone determines, before anything is known of its delivery. */
export type StoredState = Extract<JobState, 'scheduled' | 'queued' | 'waiting' | 'retrying'>

/**
 * The state of a job by the headers of its stored message: a schedule is `waiting` if admission has parked the job, `retrying` if
 * it is the next attempt of a failed job, and `scheduled` otherwise; anything else is `queued`.
 */
export function storedState(header: (name: string) => string | undefined): StoredState {
  if (!header(natsHeader.schedule)) return 'queued'
  if (header(jobHeader.parked)) return 'waiting'
  return header(jobHeader.retry) ? 'retrying' : 'scheduled'
}
