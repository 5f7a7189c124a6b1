import {
  anywhereSubject,
  followUp,
  type JobAddress,
  type JobReport,
  jobIdOf,
  parseAddress,
  scheduledSubject,
} from '@danbooru-jobs/contracts/wire'
import type { StoredMsg } from '@nats-io/jetstream'
import { clientHeaders, publishJob, sourceOf } from '../transport/publish.ts'
import { lastOf, messageAt } from '../transport/stored-messages.ts'
import type { AdmissionRuntime, HeldJob } from './held-job.ts'

/**
 * After how long a parked job comes back by itself if nothing has released it: the last resort if, say, the database was
 * restored from a backup. Milliseconds.
 */
export const comesBackAfter = 60 * 60_000

/** How a job is to wait. */
export interface Parked {
  /** An address that no other job uses, as text. */
  readonly parking: string
  readonly waitingFor: NonNullable<JobReport['waitingFor']>
  /** Its rank in an ordered key. */
  readonly order: number | undefined
}

/** What became of releasing a parked job: it is in the queue, or it is not parked there (not yet, or not any more). */
export type ReleaseResult = 'released' | 'not-parked'

/**
 * Jobs that may not start wait as schedules far in the future. The server stores them, they keep their unique keys, and they use
 * no attempt. The job that makes room for one publishes its message again and removes the schedule in the same write.
 */
export class Parking {
  readonly #runtime: AdmissionRuntime

  constructor(runtime: AdmissionRuntime) {
    this.#runtime = runtime
  }

  /** Stores the schedule of a job that may not start. Its own message is still to be acknowledged. */
  async park(job: HeldJob, { parking, waitingFor, order }: Parked): Promise<void> {
    const { clock } = this.#runtime
    const parked = followUp(job.source, {
      kind: 'park',
      attemptsUsed: job.attempt - 1,
      at: new Date(waitingFor.until ?? clock.now().getTime() + comesBackAfter),
      address: parseAddress(parking),
      waitingFor: waitingFor.limit,
      order,
    })
    await publishJob(this.#runtime, parked)
    job.report('parked', { waitingFor, attempt: job.attempt - 1, startedAt: undefined })
  }

  /** Turns a parked job into a job to run now. Of several callers at once the message id lets one through. */
  async release(parking: string, jobId: string): Promise<ReleaseResult> {
    const stored = await this.scheduled(parseAddress(parking))
    if (stored === undefined || idOf(stored) !== jobId) return 'not-parked'
    const released = followUp(sourceOf(stored), { kind: 'release' })
    const headers = clientHeaders(released)
    await this.#runtime.js.publish(released.subject, released.body, { headers })
    return 'released'
  }

  /** The schedule at an address. */
  scheduled(address: JobAddress): Promise<StoredMsg | undefined> {
    return lastOf(this.#runtime.jsm, scheduledSubject(address))
  }

  /** Whether the message of that job is at an address, scheduled or queued. */
  async isAt(address: JobAddress, jobId: string): Promise<boolean> {
    const stored = await lastOf(this.#runtime.jsm, anywhereSubject(address))
    return stored !== undefined && idOf(stored) === jobId
  }

  /** Whether a message is still in the queue. */
  async isStored(sequence: number): Promise<boolean> {
    return (await messageAt(this.#runtime.jsm, sequence)) !== undefined
  }
}

/** The id of the job that a stored message belongs to. */
export function idOf({ header, seq }: StoredMsg): string {
  return jobIdOf((name) => header.get(name), seq)
}
