import type { JobRecord } from './job-record.ts'
import type { EndState } from './log-entry.ts'

/** What is known about an unfinished job whose message is not in the queue any more. */
export interface Evidence {
  readonly record: JobRecord
  /** A step of the job stands in `jobs.processed`: its transaction was committed. */
  readonly processed: boolean
  /** How far the job type's consumer has delivered; undefined if there is no such consumer. */
  readonly deliveredUpTo: number | undefined
}

/** How such a job is settled; `replaced` means that the row stood for a schedule without an id, whose job has an id of its own. */
export type Settled =
  | { readonly kind: 'end'; readonly state: EndState; readonly reason: string | undefined }
  | { readonly kind: 'replaced' }

/**
 * What became of a job whose end was not told: advisories and metrics are sent once, and nobody is told of a purge. As much as the
 * evidence carries, and `lost` otherwise: that somebody may look, or redrive it.
 */
export function settleGone({ record, processed, deliveredUpTo }: Evidence, now: number): Settled {
  if (isSchedule(record)) return settleSchedule(record, now)
  if (processed || record.result !== null) return { kind: 'end', state: 'done', reason: undefined }
  if (record.errorAttempt !== null && record.retryAt === null) {
    return { kind: 'end', state: 'discarded', reason: `discarded: ${record.errorMessage}` }
  }
  const isTouched = record.wordRank > 0 || (deliveredUpTo !== undefined && deliveredUpTo >= record.sequence)
  if (!isTouched) {
    return { kind: 'end', state: 'cancelled', reason: 'cancelled: taken out of the queue before it started' }
  }
  return {
    kind: 'end',
    state: 'lost',
    reason: 'lost: not in the queue any more, and no word of its end has arrived',
  }
}

/** Whether the job's message is a schedule: so is the next attempt of a failed job, as long as no entry is about its message. */
function isSchedule({ state, wordRank }: JobRecord): boolean {
  return state === 'scheduled' || state === 'waiting' || (state === 'retrying' && wordRank === 0)
}

function settleSchedule(record: JobRecord, now: number): Settled {
  if ((record.scheduledFor ?? 0) > now) {
    return {
      kind: 'end',
      state: 'cancelled',
      reason: 'cancelled: taken out of the schedule before it was due',
    }
  }
  if (record.jobId === `JOBS-${record.sequence}`) return { kind: 'replaced' }
  return { kind: 'end', state: 'lost', reason: 'lost: its schedule is gone, and no job came of it' }
}
