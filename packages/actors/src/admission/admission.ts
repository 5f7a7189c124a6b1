import type { JobType } from '@danbooru-jobs/contracts'
import { type JobAddress, leavesKeyWhenStarted } from '@danbooru-jobs/contracts/wire'
import { type Acknowledgment, acknowledgeConfirmed } from './acknowledge.ts'
import type { Claim } from './claim.ts'
import { Continuation } from './continuation.ts'
import type { AdmissionRuntime, HeldJob } from './held-job.ts'
import { startAddress } from './key.ts'
import { addressOf, LimitGate } from './limit-gate.ts'
import { type Parked, Parking } from './parking.ts'
import { LimitSweep } from './sweep.ts'

/** How long a job waits, without losing an attempt, when the limit store does not answer, milliseconds. */
const unavailablePause = 5_000

/** Whether a job may start, and with which claim. */
export type Admitted = { readonly claim: Claim | undefined } & (
  | { readonly kind: 'start' }
  /** It may not start yet. */
  | { readonly kind: 'park'; readonly parked: Parked }
  /** It starts at an address of its own, from where it is delivered again. */
  | { readonly kind: 'move'; readonly address: JobAddress }
  /** A newer message of the same job is stored. */
  | { readonly kind: 'drop' }
  /** The limit store does not answer; the job is asked for again after so many milliseconds. */
  | { readonly kind: 'unavailable'; readonly after: number }
)

/**
 * Decides whether the jobs of one type may start, and continues those that may not: limits, rates, order and unique keys. It answers
 * two questions: may this job start, and, when it has ended, which job is next.
 */
export class Admission {
  readonly #runtime: AdmissionRuntime
  readonly #type: JobType
  readonly #gate: LimitGate
  readonly #continuation: Continuation
  readonly #sweep: LimitSweep

  constructor(runtime: AdmissionRuntime, type: JobType) {
    const parking = new Parking(runtime)
    this.#runtime = runtime
    this.#type = type
    this.#gate = new LimitGate(runtime, type, parking)
    this.#continuation = new Continuation(runtime, type)
    this.#sweep = new LimitSweep(runtime, type, parking)
  }

  /**
   * Whether a job of this type has to be admitted; other jobs are not delayed by asking.
   *
   * @param deliveries how often its message was delivered, this time included.
   */
  isNeeded(deliveries: number): boolean {
    const { unique, maxRunning } = this.#type.delivery
    if (this.#gate.isNeeded || leavesKeyWhenStarted(unique?.mode)) return true
    return deliveries > 1 && maxRunning !== undefined
  }

  /** May this job start? */
  async admit(job: HeldJob, payload: unknown): Promise<Admitted> {
    if (await this.#continuation.hasMovedOn(job)) return { kind: 'drop', claim: undefined }
    const address = startAddress(this.#type.delivery.unique?.mode, addressOf(job), job.id)
    if (!this.#gate.isNeeded) return startAt(address, undefined)
    const claim = this.#gate.claimFor(job, payload)
    try {
      const gate = await this.#gate.ask(job, claim, address)
      return gate.kind === 'open' ? startAt(address, claim) : { kind: 'park', claim, parked: gate.parked }
    } catch (error) {
      job.log.warn({ err: error }, 'the limits cannot be checked; the job waits')
      return { kind: 'unavailable', claim, after: unavailablePause }
    }
  }

  /** Parks a job as {@link admit} decided. */
  async park(job: HeldJob, parked: Parked): Promise<void> {
    await this.#gate.park(job, parked)
    // Should this message be delivered again, the job would be there twice.
    await acknowledgeConfirmed(this.#runtime, job)
  }

  /** Moves a job to the address at which it starts, as {@link admit} decided. */
  async move(job: HeldJob, address: JobAddress): Promise<void> {
    await this.#continuation.start(job, address)
    job.message.ack()
  }

  /** A job failed and waits for its next attempt. @param delay milliseconds. */
  async retry(job: HeldJob, delay: number): Promise<void> {
    await this.#giveBackForNow(job)
    if (await this.#continuation.retry(job, delay)) return acknowledgeConfirmed(this.#runtime, job)
    job.message.nak(delay)
  }

  /** An attempt does not count: the job comes back with so many attempts used. @param delay milliseconds. */
  async putBack(job: HeldJob, attemptsUsed: number, delay: number): Promise<void> {
    await this.#continuation.putBack(job, attemptsUsed, delay)
    await this.#giveBackForNow(job)
    // Should this message be delivered again, the job would be there twice.
    await acknowledgeConfirmed(this.#runtime, job)
  }

  /**
   * A job has ended: takes its message off the queue, with a reason if it was not done, and releases the jobs that may start now.
   *
   * Slots are given back before the acknowledgment: should the worker die in between, no job waits in vain. Where order counts,
   * the message must be gone first: should it be delivered again, its successor must not have started. After a later delivery the
   * acknowledgment is confirmed too: a job that ended and is delivered again looks like one that crashes its workers.
   *
   * @returns undefined if there is nothing to wait for, as for most jobs: each wait costs every job.
   */
  acknowledge(job: HeldJob, reason?: Acknowledgment): Promise<void> | undefined {
    const { deliveries } = job.message.info
    if (!this.#gate.isNeeded && deliveries === 1) {
      job.message.settle(reason)
      return undefined
    }
    return this.#acknowledgeInOrder(job, reason)
  }

  /** To be called about once a second. */
  tick(): void {
    this.#sweep.tick()
  }

  async #acknowledgeInOrder(job: HeldJob, reason: Acknowledgment): Promise<void> {
    const isOrdered = this.#type.delivery.ordered !== undefined
    if (!isOrdered) await this.#gate.giveBack(job)
    if (!isOrdered && job.message.info.deliveries === 1) return job.message.settle(reason)
    await acknowledgeConfirmed(this.#runtime, job, reason)
    if (isOrdered) await this.#gate.giveBack(job)
  }

  /**
   * A job that waits for its next attempt gives back its slots and asks again then; in an ordered key it keeps its turn. A job that
   * was released and has not been admitted keeps what it was released with.
   */
  async #giveBackForNow(job: HeldJob): Promise<void> {
    if (job.claim !== undefined && job.claim.queue === undefined) await this.#gate.giveBack(job)
  }
}

function startAt(address: JobAddress | undefined, claim: Claim | undefined): Admitted {
  return address === undefined ? { kind: 'start', claim } : { kind: 'move', claim, address }
}
