import { AttemptMetrics } from '../metrics/attempt-metrics.ts'
import type { Settlement } from './attempt.ts'
import { attemptNumbers } from './attempt-numbers.ts'
import type { JobRun } from './job-run.ts'
import type { WorkerRuntime } from './worker-runtime.ts'

/** Counts and logs what became of the jobs of one worker. */
export class SettlementLedger {
  readonly counts = {
    done: 0,
    failed: 0,
    discarded: 0,
    cancelled: 0,
    republished: 0,
    parked: 0,
    milliseconds: 0,
  }
  readonly metrics = new AttemptMetrics()
  lastError: string | undefined
  readonly #runtime: Pick<WorkerRuntime, 'clock' | 'log'>

  constructor(runtime: Pick<WorkerRuntime, 'clock' | 'log'>) {
    this.#runtime = runtime
  }

  /** To be called once for each settlement. */
  note(run: JobRun, settlement: Settlement): void {
    const duration = this.#runtime.clock.now().getTime() - run.startedAt
    this.counts.milliseconds += duration
    const numbers = attemptNumbers(run, settlement, duration)
    if (numbers) this.metrics.settled(numbers)
    switch (settlement.kind) {
      case 'ack':
        this.counts.done++
        if (this.#runtime.log.isLevelEnabled('info')) run.log.info({ duration }, 'job done')
        break
      case 'retry':
        this.counts.failed++
        this.lastError = settlement.error.message
        run.log.warn({ duration, err: settlement.error, retryIn: settlement.delay }, 'attempt failed')
        break
      case 'put-back':
        this.counts.republished++
        run.log.info({ duration, reason: settlement.reason, backIn: settlement.delay }, 'job put back')
        break
      case 'term':
        this.counts[settlement.state]++
        this.lastError = settlement.reason
        run.log.error(
          { duration, reason: settlement.reason, err: settlement.error },
          `job ${settlement.state}`,
        )
        break
      case 'park':
        this.counts.parked++
        run.log.info({ waitingFor: settlement.parked.waitingFor }, 'job waits for a limit')
        break
      case 'move':
      case 'drop':
        break
      default:
        settlement satisfies never
    }
  }
}
