import type { EndState } from '../read/log-entry.ts'
import type { JobRecord } from './job-record.ts'

/** What is known about an unfinished job whose message is not in the queue any more. */
export interface Evidence {
  readonly record: JobRecord
  /** A step of the job is in `jobs.processed`: its transaction was committed. */
  readonly processed: boolean
  /** How far the job type's consumer has delivered; undefined if there is no such consumer. */
  readonly deliveredUpTo: number | undefined
}

/** How such a job is settled. `replaced`: the row is that of a schedule without an id, and its job has another id. */
export type Settled =
  | { readonly kind: 'end'; readonly state: EndState; readonly reason: string | undefined }
  | { readonly kind: 'replaced' }

/**
 * The end of a job whose end was not reported: the server sends advisories and metrics once, and none for a purge. It is concluded
 * from the evidence, and is `lost` otherwise, so that an operator may look at it or redrive it.
 */
export function settleGone({ record, processed, deliveredUpTo }: Evidence, now: number): Settled {
  if (isSchedule(record)) return settleSchedule(record, now)
  if (processed || record.result !== null) return { kind: 'end', state: 'done', reason: undefined }
  if (record.errorAttempt !== null && record.retryAt === null) {
    return { kind: 'end', state: 'discarded', reason: `discarded: ${record.errorMessage}` }
  }
  const isTouched = record.eventRank > 0 || (deliveredUpTo !== undefined && deliveredUpTo >= record.sequence)
  if (!isTouched) {
    return { kind: 'end', state: 'cancelled', reason: 'cancelled: taken out of the queue before it started' }
  }
  return {
    kind: 'end',
    state: 'lost',
    reason: 'lost: not in the queue any more, and no report of its end has arrived',
  }
}

/** Whether the job's message is a schedule: so is the next attempt of a failed job, as long as no entry is about its message. */
function isSchedule({ state, eventRank }: JobRecord): boolean {
  return state === 'scheduled' || state === 'waiting' || (state === 'retrying' && eventRank === 0)
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
