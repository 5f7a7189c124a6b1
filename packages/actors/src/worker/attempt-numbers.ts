import type { AttemptNumbers, AttemptOutcome } from '../metrics/attempt-metrics.ts'
import { JobError } from '../outcome/errors.ts'
import type { Settlement } from './attempt.ts'
import type { JobRun } from './job-run.ts'

/**
 * A settled attempt as the metrics count it; undefined for one that they do not count.
 *
 * @param duration milliseconds.
 */
export function attemptNumbers(
  run: Pick<JobRun, 'message' | 'startedAt' | 'crashes'>,
  settlement: Settlement,
  duration: number,
): AttemptNumbers | undefined {
  const outcome = outcomeOf(settlement)
  if (outcome === undefined) return undefined
  const { deliveries, storedAt } = run.message.info
  return {
    outcome,
    error: errorOf(settlement),
    duration,
    wait: run.startedAt - storedAt,
    isRedelivered: deliveries > 1,
    isAfterCrash: run.crashes > 0,
  }
}

/** Undefined for a message that only made way for another message of the same job. */
function outcomeOf(settlement: Settlement): AttemptOutcome | undefined {
  switch (settlement.kind) {
    case 'ack':
      return 'done'
    case 'retry':
      return 'failed'
    case 'put-back':
      return 'put-back'
    case 'term':
      return settlement.state
    case 'park':
      return 'parked'
    case 'move':
    case 'drop':
      return undefined
    default:
      return settlement satisfies never
  }
}

/** The stable code of our own errors, the class of others, the first word of the reason where there was none. */
function errorOf(settlement: Settlement): string | undefined {
  if (settlement.kind !== 'retry' && settlement.kind !== 'term') return undefined
  const { error } = settlement
  if (error) return error instanceof JobError ? error.code : error.name
  return settlement.kind === 'term' && settlement.state === 'discarded'
    ? settlement.reason.split(':')[0]
    : undefined
}
