import type { Admission } from '../admission/admission.ts'
import type { Json } from '../outcome/outcome.ts'
import type { Settlement } from './attempt.ts'
import type { JobRun } from './job-run.ts'
import { notifyEnded } from './notify.ts'
import { describeError } from './report.ts'
import type { WorkerRuntime } from './worker-runtime.ts'

/** Carries out what was decided about a job's message: reports, notifies, and only then answers the server. */
export class Settler {
  readonly #runtime: WorkerRuntime
  readonly #admission: Admission

  constructor(runtime: WorkerRuntime, admission: Admission) {
    this.#runtime = runtime
    this.#admission = admission
  }

  /** @returns undefined if there is nothing to wait for, as for most jobs that are done: each wait costs every job. */
  settle(run: JobRun, settlement: Settlement): Promise<void> | undefined {
    return settlement.kind === 'ack'
      ? this.#settleDone(run, settlement.result)
      : this.#settleOtherwise(run, settlement)
  }

  #settleDone(run: JobRun, result: Json | undefined): Promise<void> | undefined {
    if (result !== undefined || run.hasNews) run.report('ended', { result: result as never })
    const notified = notifyEnded(this.#runtime, run, { state: 'done', result })
    return notified === undefined
      ? this.#admission.acknowledge(run)
      : notified.then(() => this.#admission.acknowledge(run))
  }

  async #settleOtherwise(
    run: JobRun,
    settlement: Exclude<Settlement, { readonly kind: 'ack' }>,
  ): Promise<void> {
    switch (settlement.kind) {
      case 'retry': {
        const { delay, error } = settlement
        const nextAttemptAt = new Date(this.#runtime.clock.now().getTime() + delay).toISOString()
        run.report('failed', { error: describeError(error), nextAttemptAt })
        return this.#admission.retry(run, delay)
      }
      case 'put-back':
        return this.#admission.putBack(run, settlement.attemptsUsed, settlement.delay)
      case 'term':
        if (settlement.error) run.report('failed', { error: describeError(settlement.error) })
        await notifyEnded(this.#runtime, run, { state: settlement.state, reason: settlement.reason })
        return this.#admission.acknowledge(run, settlement.reason)
      case 'move':
        return this.#admission.move(run, settlement.address)
      case 'park':
        return this.#admission.park(run, settlement.parked)
      case 'drop':
        return run.message.ack()
      default:
        return settlement satisfies never
    }
  }
}
