import { JobError } from '../outcome/errors.ts'
import type { Settlement } from '../worker/attempt.ts'
import type { JobRun } from '../worker/job-run.ts'
import { Histogram } from './histogram.ts'

/** How many classes of errors a job type may have before the rest is counted as `other`: a label must not grow without end. */
const mostErrorClasses = 50

/** What became of an attempt, in the words of the metrics. */
export type AttemptOutcome = 'done' | 'failed' | 'put-back' | 'parked' | 'discarded' | 'cancelled'

/** The numbers of one job type in one process. */
export class AttemptMetrics {
  readonly duration = new Histogram()
  /** From when the job could have started to its first start. */
  readonly wait = new Histogram()
  readonly outcomes = new Map<AttemptOutcome, number>()
  readonly errors = new Map<string, number>()
  redeliveries = 0
  crashes = 0

  /** Notes a settled attempt. Both times in milliseconds. */
  settled(run: JobRun, settlement: Settlement, duration: number): void {
    const { deliveries, storedAt } = run.message.info
    const outcome = outcomeOf(settlement)
    if (outcome === undefined) return
    count(this.outcomes, outcome)
    if (outcome === 'parked') return
    this.duration.observe(duration / 1_000)
    if (deliveries === 1) this.wait.observe(Math.max(0, run.startedAt - storedAt) / 1_000)
    else this.redeliveries++
    if (run.crashes > 0) this.crashes++
    const error = errorOf(settlement)
    if (error) this.#countError(error)
  }

  #countError(error: string): void {
    const isKnown = this.errors.has(error) || this.errors.size < mostErrorClasses
    count(this.errors, isKnown ? error : 'other')
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** Undefined for a message that only made way for another of the same job. */
function outcomeOf(settlement: Settlement): AttemptOutcome | undefined {
  switch (settlement.kind) {
    case 'ack':
      return 'done'
    case 'nak':
      return 'failed'
    case 'republish':
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
  if (settlement.kind !== 'nak' && settlement.kind !== 'term') return undefined
  const { error } = settlement
  if (error) return error instanceof JobError ? error.code : error.name
  return settlement.kind === 'term' && settlement.state === 'discarded'
    ? settlement.reason.split(':')[0]
    : undefined
}
