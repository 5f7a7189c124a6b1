import type { JobType } from '@danbooru-jobs/contracts'
import { jobHeader, subjects } from '@danbooru-jobs/contracts/wire'
import type { Runtime } from '../runtime/runtime.ts'
import { firstRank, releaseCalled } from './admission.ts'
import { asksBeforeStart, orderedName, orderedQueue } from './claim.ts'
import { type Limits, limitsOf } from './limit-store.ts'
import { lastAt, release, stands } from './release.ts'

/** Ticks (about a second each) between two sweeps. */
const sweepEvery = 5
/** A called job that has not come after this time is looked for; a slot is checked again after that one. Milliseconds. */
const arrivesWithin = 3_000
const checkedEvery = 15_000
const batch = 100

/**
 * Mends what a crash can leave behind: a job that was called by a worker that died before releasing it, a slot whose job is gone,
 * and a limit with room for which somebody waits. Any number of processes may sweep.
 */
export class LimitSweep {
  readonly #runtime: Runtime
  readonly #type: JobType
  #ticks = 0
  #sweeping = false

  constructor(runtime: Runtime, type: JobType) {
    this.#runtime = runtime
    this.#type = type
  }

  /** To be called about once a second. */
  tick(): void {
    this.#ticks++
    if (!asksBeforeStart(this.#type) || this.#sweeping || this.#ticks % sweepEvery !== 0) return
    this.#sweeping = true
    void this.sweep()
      .catch((error) => this.#runtime.log.warn({ err: error }, 'the limits could not be swept'))
      .finally(() => {
        this.#sweeping = false
      })
  }

  async sweep(): Promise<void> {
    const store = limitsOf(this.#runtime)
    const now = this.#runtime.clock.now()
    await this.#findCalled(store, before(now, arrivesWithin))
    await this.#checkSlots(store, before(now, checkedEvery), now)
    await this.#callWaiting(store)
    await store.tidy(now)
  }

  async #findCalled(store: Limits, since: Date): Promise<void> {
    for (const { job_id, place, stored } of await store.notArrived(since, batch)) {
      if ((await release(this.#runtime, place, job_id)) === 'released' || !stored) continue
      if (!(await this.#isAt(place, job_id))) await store.forget(job_id)
    }
  }

  async #checkSlots(store: Limits, since: Date, now: Date): Promise<void> {
    for (const { job_id, sequence, place } of await store.slotsToCheck(since, now, batch)) {
      // A slot without a message is kept for a job that was called, see above.
      if (sequence === null || (await stands(this.#runtime, Number(sequence)))) continue
      if (!(await this.#isAt(place, job_id))) await store.forget(job_id)
    }
  }

  async #callWaiting(store: Limits): Promise<void> {
    const { limits, ordered } = this.#type.delivery
    const own = limits.flatMap(({ name, max }) => (max === undefined ? [] : [{ name, max }]))
    if (ordered !== undefined) own.push({ name: orderedName(this.#type), max: 1 })
    for (const bucket of await store.waitingWithRoom(own, batch)) {
      const first =
        ordered === undefined
          ? undefined
          : await firstRank(this.#runtime, orderedQueue(this.#type, bucket.key))
      await releaseCalled(this.#runtime, await store.leave(null, [bucket], first, this.#runtime.clock.now()))
    }
  }

  async #isAt(place: string, jobId: string): Promise<boolean> {
    const stored = await lastAt(this.#runtime, subjects.anywhereAt(place))
    return stored?.header.get(jobHeader.id) === jobId
  }
}

function before(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() - milliseconds)
}
