import type { JobState } from '@danbooru-jobs/contracts'
import type { ErrorReport, JobReport, StoredState, UnfinishedState } from '@danbooru-jobs/contracts/wire'
import type { StoredPayload } from './stored-payload.ts'

/** An entry of the job log about a message of the stream JOBS. Times are milliseconds. */
export type LogEntry = StoredEntry | EventEntry

/** The message itself: stored to run now, or as a schedule that fires once. */
export interface StoredEntry {
  readonly kind: 'stored'
  /** Its sequence in the job log; 0 for a message that was read from the queue itself. */
  readonly logSequence: number
  readonly sequence: number
  readonly jobId: string
  /**
   * Whether the job was published before: `again` if so, and it may have ended long ago; `first` if almost certainly not; `open` if the
   * message does not say, as with a job that a schedule produced.
   */
  readonly appearance: 'first' | 'open' | 'again'
  readonly type: string
  /** Where the job runs: `jobs.…`, also for a schedule. */
  readonly subject: string
  readonly key: string | undefined
  readonly queuedAt: number
  readonly enqueuedAt: number
  /** What the message alone says. */
  readonly state: StoredState
  /** Set for a schedule that fires once. */
  readonly scheduledFor: number | undefined
  readonly attemptsBefore: number
  readonly actor: string | undefined
  readonly batch: string | undefined
  readonly traceparent: string | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly payload: StoredPayload
}

/** An event in the course of a message. */
export type EventEntry =
  | (EventFields & {
      readonly kind: 'acknowledged'
      readonly deliveries: number
      /** From the last delivery to the acknowledgment. */
      readonly took: number
    })
  | (EventFields & { readonly kind: 'naked'; readonly deliveries: number })
  | (EventFields & { readonly kind: 'terminated'; readonly deliveries: number; readonly reason: string })
  | (EventFields & { readonly kind: 'report'; readonly report: Report })
  | (EventFields & {
      readonly kind: 'settled'
      readonly state: EndState
      readonly reason: string | undefined
    })

/** A state that a job leaves only by a redrive. */
export type EndState = Exclude<JobState, UnfinishedState>

interface EventFields {
  readonly logSequence: number
  readonly sequence: number
  /** The job type, as this message names it. */
  readonly type: string
  readonly at: number
}

/** A worker's report, its times in milliseconds. */
export interface Report extends Pick<JobReport, 'kind' | 'attempt' | 'host' | 'crashes' | 'jobId'> {
  readonly startedAt: number | undefined
  readonly nextAttemptAt: number | undefined
  readonly error: ErrorReport | undefined
  readonly progress: JobReport['progress']
  readonly lines: readonly string[]
  readonly result: JobReport['result']
}
