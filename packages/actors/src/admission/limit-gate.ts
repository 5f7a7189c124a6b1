import type { JobType } from '@danbooru-jobs/contracts'
import {
  addressText,
  countOf,
  type JobAddress,
  jobHeader,
  natsHeader,
  parseAddress,
  parseJobSubject,
} from '@danbooru-jobs/contracts/wire'
import { decode } from '../transport/decode.ts'
import { removeMessage } from '../transport/stored-messages.ts'
import { type Claim, claimOf, hasLimits } from './claim.ts'
import { firstRank } from './first-rank.ts'
import type { AdmissionRuntime, HeldJob } from './held-job.ts'
import type { CalledJob, ClaimAnswer } from './limit-store.ts'
import { idOf, type Parked, type Parking } from './parking.ts'

/** The answer to a claim: the job may start, or how it waits. */
export type Gate = { readonly kind: 'open' } | { readonly kind: 'closed'; readonly parked: Parked }

/**
 * The limits and the order of a job type's jobs. It asks the limit store for a job's slots before the job starts, gives them back
 * when it ends, and releases the jobs for which that makes room.
 */
export class LimitGate {
  readonly #runtime: AdmissionRuntime
  readonly #type: JobType
  readonly #parking: Parking

  constructor(runtime: AdmissionRuntime, type: JobType, parking: Parking) {
    this.#runtime = runtime
    this.#type = type
    this.#parking = parking
  }

  /** Whether jobs of this type have to ask. */
  get isNeeded(): boolean {
    return hasLimits(this.#type)
  }

  claimFor(job: HeldJob, payload: unknown): Claim {
    return claimOf(this.#type, payload, addressOf(job), job.id)
  }

  /**
   * Asks for all that a job needs.
   *
   * @param moved the address to which the job moves before it starts, if it does.
   */
  async ask(job: HeldJob, claim: Claim, moved: JobAddress | undefined): Promise<Gate> {
    const order =
      claim.queue === undefined
        ? undefined
        : { rank: rankOf(job), first: await firstRank(this.#runtime.jsm, claim.queue) }
    const answer = await this.#runtime.limits().claim(
      claim,
      {
        jobId: job.id,
        jobType: this.#type.name,
        sequence: job.message.info.streamSequence,
        place: moved === undefined ? claim.parking : addressText(moved),
        ...(order && { order }),
      },
      this.#runtime.clock.now(),
    )
    await this.#releaseAll(answer.called)
    if (answer.kind !== 'granted') return { kind: 'closed', parked: parkedBy(answer, claim, job) }
    if (answer.was_parked) await this.#removeOwnSchedule(job, claim)
    return { kind: 'open' }
  }

  /**
   * Parks a job that may not start. A job that makes room between the decision and the schedule finds nothing to release, so the
   * store is asked once more afterwards.
   */
  async park(job: HeldJob, parked: Parked): Promise<void> {
    await this.#parking.park(job, parked)
    if (parked.waitingFor.until !== undefined) return
    if (await this.#runtime.limits().confirmParked(job.id))
      await this.#parking.release(parked.parking, job.id)
    if (job.claim?.queue !== undefined) await this.#releaseNext(null, job.claim)
  }

  /**
   * Gives back the slots of a job that has ended or waits for its next attempt, and releases the jobs for which that makes room.
   * A database that does not answer does not hold up the job: the sweep finds its slots later.
   */
  async giveBack(job: HeldJob): Promise<void> {
    if (!this.isNeeded) return
    try {
      await this.#releaseNext(job.id, job.claim ?? this.#claimOfMessage(job))
    } catch (error) {
      job.log.warn({ err: error }, 'the slots of a job could not be given back; the sweep will do it')
    }
  }

  async #releaseNext(jobId: string | null, claim: Claim | undefined): Promise<void> {
    const first = claim?.queue === undefined ? undefined : await firstRank(this.#runtime.jsm, claim.queue)
    const { clock } = this.#runtime
    await this.#releaseAll(await this.#runtime.limits().leave(jobId, claim?.limits ?? [], first, clock.now()))
  }

  /** A job that was refused before its payload was read may hold slots from an earlier attempt. */
  #claimOfMessage(job: HeldJob): Claim | undefined {
    const decoded = decode(this.#type, job.message.data)
    return decoded.ok ? this.claimFor(job, decoded.payload) : undefined
  }

  /** A worker that died between parking a job and acknowledging it has left both; the job that starts now is enough. */
  async #removeOwnSchedule(job: HeldJob, { parking }: Claim): Promise<void> {
    if (job.message.header(natsHeader.scheduler) !== undefined) return
    const left = await this.#parking.scheduled(parseAddress(parking))
    if (left !== undefined && idOf(left) === job.id) await removeMessage(this.#runtime.jsm, left.seq)
  }

  async #releaseAll(called: readonly CalledJob[]): Promise<void> {
    await Promise.all(called.map(({ job_id, place }) => this.#parking.release(place, job_id)))
  }
}

/** The rank of a job in its ordered key: the sequence of the message with which it was enqueued. */
export function rankOf(job: HeldJob): number {
  return countOf(job.message.header(jobHeader.order)) || job.message.info.streamSequence
}

/** Where a job's message is. */
export function addressOf({ message }: HeldJob): JobAddress {
  return parseJobSubject(message.subject) ?? parseAddress(message.subject)
}

function parkedBy(answer: ClaimAnswer, claim: Claim, job: HeldJob): Parked {
  const { name: limit, key, until } = answer
  return {
    parking: claim.parking,
    waitingFor: { limit, key, ...(until && { until: until.toISOString() }) },
    order: claim.queue === undefined ? undefined : rankOf(job),
  }
}
