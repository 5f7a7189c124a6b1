import type { Daemon } from '@danbooru-jobs/actors'
import { type Runtime, subjectCounts } from '@danbooru-jobs/actors/internal'
import { jobTypes } from '@danbooru-jobs/contracts/danbooru'
import { jobFilters, streamName } from '@danbooru-jobs/contracts/wire'
import { discardUnknown } from './discard-unknown.ts'
import { findUnknown, pauseAfter } from './find-unknown.ts'

/** After which age jobs are discarded, and how often the sweeper looks; milliseconds. */
export interface Patience {
  readonly grace: number
  readonly every: number
}

/** Looks for jobs of unknown types at intervals, and discards those that are old enough. */
export class Sweeper implements Daemon {
  readonly #runtime: Runtime
  readonly #patience: Patience
  #working: Promise<void> | undefined
  #nextLook = 0
  #stopped = false
  #discarded = 0
  #failures = 0

  constructor(runtime: Runtime, patience: Patience) {
    this.#runtime = runtime
    this.#patience = patience
  }

  tick(): void {
    if (this.#stopped || this.#working || this.#runtime.clock.now().getTime() < this.#nextLook) return
    this.#working = this.#look().finally(() => {
      this.#working = undefined
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#working
  }

  stats(): Record<string, number> {
    return { discarded: this.#discarded, failures: this.#failures }
  }

  /** What fails is tried again at the next look: a job that was not discarded is still in the queue. */
  async #look(): Promise<void> {
    const { clock, log } = this.#runtime
    let seen = 0
    try {
      const filters = await this.#filters()
      const declared = new Set<string>(jobTypes.map((type) => type.name))
      for await (const page of subjectCounts(this.#runtime.nats, streamName.jobs, jobFilters.queued)) {
        const found = Object.keys(page)
        seen += found.length
        for (const type of findUnknown(found, { declared, filters })) await this.#sweepOrLog(type)
      }
    } catch (error) {
      this.#failures++
      log.warn({ err: error }, 'jobs of unknown types could not be looked for; trying again')
    }
    this.#nextLook = clock.now().getTime() + pauseAfter(seen, this.#patience.every)
  }

  /** What is wrong with the jobs of one type does not keep those of the others in the queue. */
  async #sweepOrLog(type: string): Promise<void> {
    try {
      await this.#sweep(type)
    } catch (error) {
      this.#failures++
      this.#runtime.log.warn({ err: error, jobType: type }, 'jobs of an unknown type could not be discarded')
    }
  }

  async #filters(): Promise<string[]> {
    const filters: string[] = []
    for await (const { config } of this.#runtime.jsm.consumers.list(streamName.jobs)) {
      filters.push(...(config.filter_subjects ?? [config.filter_subject || '>']))
    }
    return filters
  }

  async #sweep(type: string): Promise<void> {
    if (this.#stopped) return
    const count = await discardUnknown(this.#runtime, type, this.#patience.grace)
    if (count === 0) return
    this.#discarded += count
    this.#runtime.log.error(
      { alert: 'type-unknown', jobType: type, discarded: count },
      'jobs of an unknown type were discarded; the history keeps them',
    )
  }
}
