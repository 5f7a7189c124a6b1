import type { JobType } from '@danbooru-jobs/contracts'
import { anywhereSubject, followUp, type JobAddress } from '@danbooru-jobs/contracts/wire'
import { publishIfFree, publishJob } from '../transport/publish.ts'
import { lastOf, removeMessage } from '../transport/stored-messages.ts'
import { hasLimits, parkingAddress } from './claim.ts'
import type { AdmissionRuntime, HeldJob } from './held-job.ts'
import { freedKey } from './key.ts'
import { addressOf, rankOf } from './limit-gate.ts'
import { idOf } from './parking.ts'

/**
 * Jobs that continue as another message: at an address of their own when they start, at their key when they failed, or later.
 * Every step may be repeated after a crash: until the last one the old message is stored and is delivered again.
 */
export class Continuation {
  readonly #runtime: AdmissionRuntime
  readonly #type: JobType

  constructor(runtime: AdmissionRuntime, type: JobType) {
    this.#runtime = runtime
    this.#type = type
  }

  /** Moves a job that may start to an address of its own; from then on its key is free for the next job. */
  async start(job: HeldJob, address: JobAddress): Promise<void> {
    const attemptsUsed = job.attempt - 1
    // Occupied only by the same job: a worker died before it had acknowledged this message.
    await publishIfFree(this.#runtime, followUp(job.source, { kind: 'start', attemptsUsed, address }))
  }

  /**
   * Publishes the next attempt of a failed job as a message of its own, if its message must not stay delivered:
   *
   * - A job that has freed its unique key takes the key again while it waits, so that it counts as queued; if another job has
   *   taken the key meanwhile, that one counts and the failed one waits without it.
   * - Where the number of running jobs is limited, a job that waits does not count: only delivered messages do.
   *
   * @param delay milliseconds.
   * @returns whether there is such a message; the old one is still to be acknowledged.
   */
  async retry(job: HeldJob, delay: number): Promise<boolean> {
    const at = new Date(this.#runtime.clock.now().getTime() + delay)
    const { attempt, source } = job
    const retry = { kind: 'retry', attempt, at } as const
    const key = this.#freedKey(job)
    if (key !== undefined) {
      const taken = followUp(source, {
        ...retry,
        address: key,
        waitsAt: key,
        expectFree: true,
        order: undefined,
      })
      if ((await publishIfFree(this.#runtime, taken)) === 'stored') return true
    }
    if (this.#type.delivery.maxRunning === undefined) return false
    await publishJob(this.#runtime, followUp(source, { ...retry, ...this.#later(job), expectFree: false }))
    return true
  }

  /**
   * Publishes a job again, at once or after a delay, with the attempts it has used in a header: the server's count of deliveries
   * cannot be turned back.
   *
   * @param delay milliseconds.
   */
  async putBack(job: HeldJob, attemptsUsed: number, delay: number): Promise<void> {
    const at = delay <= 1 ? undefined : new Date(this.#runtime.clock.now().getTime() + delay)
    const back = followUp(job.source, { kind: 'put-back', attemptsUsed, at, ...this.#later(job) })
    await publishJob(this.#runtime, back)
  }

  /**
   * Looks, before a job runs, for another message of the same job. The message with which it was queued may still be at its key,
   * for a moment or because a worker died: it is removed, so that a handler that runs can rely on its key being free.
   *
   * @returns whether the job is to be dropped: it is parked, or failed and waits for its next attempt, as a newer message, and its
   * worker died before it could acknowledge this one.
   */
  async hasMovedOn(job: HeldJob): Promise<boolean> {
    const address = this.#freedKey(job) ?? this.#waitsAt(job)
    if (address === undefined) return false
    const other = await lastOf(this.#runtime.jsm, anywhereSubject(address))
    if (other === undefined || idOf(other) !== job.id) return false
    const { streamSequence } = job.message.info
    if (other.seq < streamSequence) await removeMessage(this.#runtime.jsm, other.seq)
    return other.seq > streamSequence
  }

  #freedKey(job: HeldJob): JobAddress | undefined {
    return freedKey(this.#type.delivery.unique?.mode, addressOf(job))
  }

  #waitsAt(job: HeldJob): JobAddress | undefined {
    const waitsApart = this.#type.delivery.maxRunning !== undefined || hasLimits(this.#type)
    return waitsApart && job.message.info.deliveries > 1 ? this.#later(job).waitsAt : undefined
  }

  /** In an ordered key a job that comes back later is apart from those that have not started, and keeps its rank. */
  #later(job: HeldJob): { address: JobAddress; waitsAt: JobAddress; order: number | undefined } {
    const address = addressOf(job)
    const waitsAt = parkingAddress(this.#type, address, job.id)
    return this.#type.delivery.ordered === undefined
      ? { address, waitsAt, order: undefined }
      : { address: waitsAt, waitsAt, order: rankOf(job) }
  }
}
