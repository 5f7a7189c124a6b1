import { jobHeader, natsHeader } from './headers.ts'
import type { JobState } from './job-states.ts'

/** The states that a job's stored message alone can tell, before anything is known of its delivery. */
export type StoredState = Extract<JobState, 'scheduled' | 'queued' | 'waiting'>

/**
 * The state of a job by the headers of its stored message: a schedule is `scheduled`, or `waiting` if admission has parked the job;
 * anything else is `queued`.
 */
export function storedState(header: (name: string) => string | undefined): StoredState {
  if (!header(natsHeader.schedule)) return 'queued'
  return header(jobHeader.parked) ? 'waiting' : 'scheduled'
}
