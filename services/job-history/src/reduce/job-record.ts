import type { JobState } from '@danbooru-jobs/contracts'
import type { StoredEntry } from '../read/log-entry.ts'

/** A job in the history, as of its newest message. Times are milliseconds. */
export interface JobRecord {
  readonly jobId: string
  readonly type: string
  readonly state: JobState
  /** The newest message's sequence in JOBS. */
  readonly sequence: number
  readonly attemptsBefore: number
  readonly attempts: number
  readonly deliveries: number
  readonly crashes: number
  readonly enqueuedAt: number
  readonly queuedAt: number
  readonly scheduledFor: number | null
  readonly retryAt: number | null
  readonly startedAt: number | null
  readonly startedAttempt: number | null
  /** Null as long as the job has not ended. */
  readonly endedAt: number | null
  /** From when it was due to its first known start. */
  readonly waitMs: number | null
  readonly durationMs: number | null
  readonly errorName: string | null
  readonly errorMessage: string | null
  readonly errorCode: string | null
  readonly errorAttempt: number | null
  readonly reason: string | null
  /** The latest attempt that a worker has reported; `host` and `crashes` belong to it. */
  readonly reportedAttempt: number | null
  readonly host: string | null
  /** JSON text. */
  readonly result: string | null
  /** JSON text. */
  readonly progress: string | null
  readonly progressAt: number | null
  readonly eventRank: number
  readonly eventAt: number
}

/** The record of a message that was stored and has no events yet. */
export function recordOf(stored: StoredEntry): JobRecord {
  return {
    jobId: stored.jobId,
    type: stored.type,
    state: stored.state,
    sequence: stored.sequence,
    attemptsBefore: stored.attemptsBefore,
    attempts: stored.attemptsBefore,
    deliveries: 0,
    crashes: 0,
    enqueuedAt: stored.enqueuedAt,
    queuedAt: stored.queuedAt,
    scheduledFor: stored.scheduledFor ?? null,
    retryAt: stored.state === 'retrying' ? (stored.scheduledFor ?? null) : null,
    startedAt: null,
    startedAttempt: null,
    endedAt: null,
    waitMs: null,
    durationMs: null,
    errorName: null,
    errorMessage: null,
    errorCode: null,
    errorAttempt: null,
    reason: null,
    reportedAttempt: null,
    host: null,
    result: null,
    progress: null,
    progressAt: null,
    eventRank: 0,
    eventAt: stored.queuedAt,
  }
}

/**
 * A job that was published again: the events of its older message do not count any more. `scheduledFor` stays, which shows that the
 * job was delayed.
 */
export function publishedAgain(known: JobRecord, stored: StoredEntry): JobRecord {
  const record = recordOf(stored)
  return { ...record, scheduledFor: record.scheduledFor ?? known.scheduledFor }
}
