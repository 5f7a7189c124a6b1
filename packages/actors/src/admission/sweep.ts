import type { JobType } from '@danbooru-jobs/contracts'
import { parseAddress } from '@danbooru-jobs/contracts/wire'
import { hasLimits, orderedName, orderedQueue } from './claim.ts'
import { firstRank } from './first-rank.ts'
import type { AdmissionRuntime } from './held-job.ts'
import type { Limits } from './limit-store.ts'
import type { Parking } from './parking.ts'

/** Ticks (about a second each) between two sweeps. */
const sweepEvery = 5
/** A released job that has not arrived after this time is looked for; a slot is checked again after that one. Milliseconds. */
const arrivesWithin = 3_000
const checkedEvery = 15_000
const batch = 100

/**
 * Repairs what a crash can leave behind: a job that was granted a slot by a worker that died before it released the job, a slot
 * whose job is gone, and a limit with room for which jobs wait. Any number of processes may sweep.
 */
export class LimitSweep {
  readonly #runtime: AdmissionRuntime
  readonly #type: JobType
  readonly #parking: Parking
  #ticks = 0
  #sweeping = false

  constructor(runtime: AdmissionRuntime, type: JobType, parking: Parking) {
    this.#runtime = runtime
    this.#type = type
    this.#parking = parking
  }

  /** To be called about once a second. */
  tick(): void {
    this.#ticks++
    if (!hasLimits(this.#type) || this.#sweeping || this.#ticks % sweepEvery !== 0) return
    this.#sweeping = true
    void this.sweep()
      .catch((error) => this.#runtime.log.warn({ err: error }, 'the limits could not be swept'))
      .finally(() => {
        this.#sweeping = false
      })
  }

  async sweep(): Promise<void> {
    const store = this.#runtime.limits()
    const now = this.#runtime.clock.now()
    await this.#releaseLate(store, before(now, arrivesWithin))
    await this.#checkSlots(store, before(now, checkedEvery), now)
    await this.#fillRoom(store)
    await store.tidy(now)
  }

  async #releaseLate(store: Limits, since: Date): Promise<void> {
    for (const { job_id, place, stored } of await store.notArrived(since, batch)) {
      if ((await this.#parking.release(place, job_id)) === 'released' || !stored) continue
      if (!(await this.#parking.isAt(parseAddress(place), job_id))) await store.forget(job_id)
    }
  }

  async #checkSlots(store: Limits, since: Date, now: Date): Promise<void> {
    for (const { job_id, sequence, place } of await store.slotsToCheck(since, now, batch)) {
      // A slot without a message is kept for a job that was released, see above.
      if (sequence === null || (await this.#parking.isStored(Number(sequence)))) continue
      if (!(await this.#parking.isAt(parseAddress(place), job_id))) await store.forget(job_id)
    }
  }

  async #fillRoom(store: Limits): Promise<void> {
    const { limits, ordered } = this.#type.delivery
    const own = limits.flatMap(({ name, max }) => (max === undefined ? [] : [{ name, max }]))
    if (ordered !== undefined) own.push({ name: orderedName(this.#type), max: 1 })
    for (const bucket of await store.waitingWithRoom(own, batch)) {
      const queue = ordered === undefined ? undefined : orderedQueue(this.#type, bucket.key)
      const first = queue === undefined ? undefined : await firstRank(this.#runtime.jsm, queue)
      const called = await store.leave(null, [bucket], first, this.#runtime.clock.now())
      await Promise.all(called.map(({ job_id, place }) => this.#parking.release(place, job_id)))
    }
  }
}

function before(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() - milliseconds)
}
