import { countOf, jobHeader } from '@danbooru-jobs/contracts/wire'
import type { Admission, Admitted } from '../admission/admission.ts'
import { outcomeOfError } from '../outcome/errors.ts'
import { done, type Outcome } from '../outcome/outcome.ts'
import { decode } from '../transport/decode.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import {
  announcesFirstStart,
  decideSettlement,
  decideStart,
  lostDeliveries,
  type Settlement,
  type Start,
} from './attempt.ts'
import { JobRun } from './job-run.ts'
import type { ReadyWorker } from './layered.ts'
import { cancellation, hasLogCaughtUp, lastReport } from './logged.ts'
import type { WorkerRuntime } from './worker-runtime.ts'

/** A job whose handler may start, or what becomes of its message instead. */
export type Ready = { readonly kind: 'ready'; readonly payload: unknown } | Settlement

/** Takes delivered messages of one job type through their steps: as which attempt they start, whether they may, and the handler. */
export class Executor {
  readonly #runtime: WorkerRuntime
  readonly #definition: ReadyWorker
  readonly #admission: Admission

  constructor(runtime: WorkerRuntime, definition: ReadyWorker, admission: Admission) {
    this.#runtime = runtime
    this.#definition = definition
    this.#admission = admission
  }

  /** As which attempt a message starts. The job log is asked about a message that was delivered before. */
  startOf(message: DeliveredMessage): Start | Promise<Start> {
    if (message.info.deliveries > 1) return this.#laterStart(message)
    const delivered = { deliveries: 1, attemptsBefore: attemptsBefore(message), lastReport: undefined }
    return decideStart(delivered, this.#definition.type.delivery)
  }

  run(message: DeliveredMessage, start: Start): JobRun {
    const crashes = start.kind === 'start' ? start.crashes : 0
    return new JobRun(this.#runtime, this.#definition, message, { attempt: start.attempt, crashes })
  }

  /** Whether the handler may start. Nothing is waited for where nothing has to be asked: a wait would cost every job. */
  prepare(run: JobRun, start: Start): Ready | Promise<Ready> {
    const { deliveries } = run.message.info
    const isPlain = deliveries === 1 && !announcesFirstStart(run.jobType.delivery)
    return isPlain && !this.#admission.isNeeded(1) ? this.#check(run, start) : this.#checkAndAsk(run, start)
  }

  /** Runs the handler and decides what becomes of the job. */
  async perform(run: JobRun, payload: unknown): Promise<Settlement> {
    const outcome = await this.#outcome(run, payload)
    return decideSettlement(outcome, run.attempt, run.jobType.delivery, this.#runtime.random())
  }

  /** What the message alone says. */
  #check({ jobType, message }: JobRun, start: Start): Ready {
    if (start.kind === 'refuse') return discarded(start.reason)
    if (start.kind === 'drop') return { kind: 'drop' }
    if (message.problem !== undefined) return discarded(`payload-invalid: ${message.problem}`)
    const decoded = decode(jobType, message.data)
    return decoded.ok ? { kind: 'ready', payload: decoded.payload } : discarded(decoded.reason)
  }

  /** As {@link #check}, for a job that was delivered before, has one attempt only, or needs admission. */
  async #checkAndAsk(run: JobRun, start: Start): Promise<Ready> {
    const { deliveries } = run.message.info
    const isAgain = deliveries > 1
    const cancelled =
      isAgain && start.kind !== 'refuse' && start.kind !== 'drop'
        ? await cancellation(this.#runtime, run.message)
        : undefined
    if (cancelled) return { kind: 'term', state: 'cancelled', reason: cancelled, error: undefined }
    const ready = this.#check(run, start)
    if (ready.kind !== 'ready') return ready
    if (start.kind === 'put-back')
      return { kind: 'put-back', delay: 0, attemptsUsed: run.attempt - 1, reason: 'delivery-lost' }
    if (this.#admission.isNeeded(deliveries)) {
      const admitted = await this.#admission.admit(run, ready.payload)
      run.claim = admitted.claim
      if (admitted.kind !== 'start') return insteadOf(admitted, run.attempt)
    }
    if (isAgain || announcesFirstStart(run.jobType.delivery)) {
      run.report('started')
      await this.#runtime.nats.flush()
    }
    return ready
  }

  /**
   * Runs the handler to its outcome. A handler that was aborted ends with what the abort means, whatever it returns or throws: so
   * a handler need not know why it was stopped.
   */
  async #outcome(run: JobRun, payload: unknown): Promise<Outcome> {
    try {
      const outcome = (await run.orAbandoned(this.#definition.handle(payload, run))) ?? done()
      return run.abortedAt === undefined || outcome.kind === 'done'
        ? outcome
        : outcomeOfError(run.signal.reason)
    } catch (error) {
      return outcomeOfError(run.abortedAt === undefined ? error : run.signal.reason)
    }
  }

  async #laterStart(message: DeliveredMessage): Promise<Start> {
    const { delivery } = this.#definition.type
    const known = async () => ({
      deliveries: message.info.deliveries,
      attemptsBefore: attemptsBefore(message),
      lastReport: await lastReport(this.#runtime, message),
    })
    const delivered = await known()
    if (lostDeliveries(delivered, delivery) === 0 || !(await hasLogCaughtUp(this.#runtime, message)))
      return decideStart(delivered, delivery)
    const certain = await known()
    return decideStart({ ...certain, lost: lostDeliveries(certain, delivery) }, delivery)
  }
}

/** A header that is no number counts as none: the job must not be lost for it. */
export function attemptsBefore(message: DeliveredMessage): number {
  return countOf(message.header(jobHeader.attempts)) ?? 0
}

function insteadOf(admitted: Exclude<Admitted, { readonly kind: 'start' }>, attempt: number): Settlement {
  switch (admitted.kind) {
    case 'park':
      return { kind: 'park', parked: admitted.parked }
    case 'move':
      return { kind: 'move', address: admitted.address }
    case 'drop':
      return { kind: 'drop' }
    case 'unavailable':
      return {
        kind: 'put-back',
        delay: admitted.after,
        attemptsUsed: attempt - 1,
        reason: 'limits-unavailable',
      }
    default:
      return admitted satisfies never
  }
}

function discarded(reason: string): Settlement {
  return { kind: 'term', state: 'discarded', reason, error: undefined }
}
