import { Histogram } from './histogram.ts'

/** How many classes of errors a job type may have before the rest is counted as `other`: a label must not grow without end. */
const mostErrorClasses = 50

/** The outcome of an attempt, as the metrics name it. */
export type AttemptOutcome = 'done' | 'failed' | 'put-back' | 'parked' | 'discarded' | 'cancelled'

/** A settled attempt; times in milliseconds. */
export interface AttemptNumbers {
  readonly outcome: AttemptOutcome
  /** The stable code or the class of the error, if there was one. */
  readonly error: string | undefined
  readonly duration: number
  /** From when the job could have started to its start. */
  readonly wait: number
  readonly isRedelivered: boolean
  /** The attempt before crashed its worker. */
  readonly isAfterCrash: boolean
}

/** The numbers of one job type in one process. */
export class AttemptMetrics {
  readonly duration = new Histogram()
  /** From when the job could have started to its first start. */
  readonly wait = new Histogram()
  readonly outcomes = new Map<AttemptOutcome, number>()
  readonly errors = new Map<string, number>()
  redeliveries = 0
  crashes = 0

  /** Counts a settled attempt. */
  settled({ outcome, error, duration, wait, isRedelivered, isAfterCrash }: AttemptNumbers): void {
    count(this.outcomes, outcome)
    if (outcome === 'parked') return
    this.duration.observe(duration / 1_000)
    if (isRedelivered) this.redeliveries++
    else this.wait.observe(Math.max(0, wait) / 1_000)
    if (isAfterCrash) this.crashes++
    if (error !== undefined) this.#countError(error)
  }

  #countError(error: string): void {
    const isKnown = this.errors.has(error) || this.errors.size < mostErrorClasses
    count(this.errors, isKnown ? error : 'other')
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
