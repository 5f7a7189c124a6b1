import type { JobState } from '@danbooru-jobs/contracts'
import { followUp, outgoing } from '@danbooru-jobs/contracts/wire'
import type { SqlDatabase } from '../database/database.ts'
import type { Clock } from '../environment/environment.ts'
import type { JobFilter } from '../history/job-filter.ts'
import { JobHistory } from '../history/job-history.ts'
import { recordAudit } from './audit.ts'
import { type DeadLetter, redriveTime, sourceOfDeadLetter } from './dead-letter.ts'

/** How dead letters are redriven. */
export interface RedriveOptions {
  /** Who does it; kept in the audit record. */
  readonly by: string
  /** How many at most. Default 1,000. */
  readonly limit?: number
  /** How many may start in one second; the later ones are delayed. Default: all at once. */
  readonly perSecond?: number
  /** Only report what would be redriven. */
  readonly dryRun?: boolean
}

/** What a redrive did, or would do. */
export interface RedriveResult {
  readonly jobs: readonly { readonly id: string; readonly type: string; readonly reason: string | null }[]
  readonly dryRun: boolean
}

/** States that a job can be redriven from. */
const redrivable: readonly JobState[] = ['discarded', 'cancelled', 'lost']

const pageSize = 200

/**
 * Publishes dead letters again: one by one, or all that match a filter. A page of them is one transaction with its audit record; they
 * leave through the outbox. Attempts start at zero, the job's id stays.
 */
export class Redrive {
  readonly #database: SqlDatabase
  readonly #history: JobHistory
  readonly #clock: Clock

  constructor(database: SqlDatabase, clock: Clock) {
    this.#database = database
    this.#history = new JobHistory(database.run)
    this.#clock = clock
  }

  /**
   * Redrives the jobs that fit the filter, newest first. Without `states` only discarded ones are taken; states that cannot be
   * redriven are left out.
   */
  async redrive(filter: JobFilter, options: RedriveOptions): Promise<RedriveResult> {
    const states = (filter.states ?? ['discarded']).filter((state) => redrivable.includes(state))
    const limit = Math.max(0, options.limit ?? 1_000)
    const dryRun = options.dryRun ?? false
    const jobs: RedriveResult['jobs'][number][] = []
    let after: string | undefined
    if (states.length === 0) return { jobs, dryRun }
    while (jobs.length < limit) {
      const wanted = Math.min(pageSize, limit - jobs.length)
      const page = await this.#history.list(
        { ...filter, states },
        { limit: wanted, ...(after !== undefined && { after }) },
      )
      if (!dryRun)
        await this.#publish(
          page.jobs.map((job) => job.sequence),
          jobs.length,
          filter,
          options,
        )
      jobs.push(...page.jobs.map(({ id, type, reason }) => ({ id, type, reason })))
      after = page.next
      if (after === undefined) break
    }
    return { jobs, dryRun }
  }

  async #publish(
    sequences: readonly number[],
    already: number,
    filter: JobFilter,
    options: RedriveOptions,
  ): Promise<void> {
    if (sequences.length === 0) return
    const now = this.#clock.now()
    await this.#database.inTransaction(async (run, outbox) => {
      const page = await run<Omit<DeadLetter, 'enqueuedAt'> & { enqueuedAt: string | Date }>(
        `select h.job_id as id, h.type, h.subject, h.sequence::float8 as sequence,
                coalesce(h.payload::text, h.payload_text, '') as body, coalesce(h.headers, '{}') as headers,
                h.enqueued_at as "enqueuedAt", h.actor, h.batch
           from jobs.history h join unnest(?::bigint[]) with ordinality as wanted(sequence, position) using (sequence)
          where h.state = any(?::text[]) order by wanted.position`,
        [`{${sequences.join(',')}}`, `{${redrivable.join(',')}}`],
      )
      page.forEach((deadLetter, index) => {
        const source = sourceOfDeadLetter({ ...deadLetter, enqueuedAt: new Date(deadLetter.enqueuedAt) })
        const at = redriveTime(already + index, options.perSecond, now)
        outbox.send(outgoing(followUp(source, { kind: 'redrive', at })))
      })
      const details = { filter: JSON.parse(JSON.stringify(filter)), jobs: page.map(({ id }) => id) }
      await recordAudit(run, { at: now, by: options.by, action: 'jobs.redrive', details })
    })
  }
}
