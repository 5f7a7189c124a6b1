import { z } from 'zod'
import type { Database } from '../database/database.ts'
import { storableJson } from '../sql/storable.ts'
import type { AskedLimit, Claim } from './claim.ts'

const called = z.array(z.object({ job_id: z.string(), place: z.string() }))

const answer = z.object({
  kind: z.enum(['granted', 'parked', 'later']),
  name: z.string().default(''),
  key: z.string().default(''),
  until: z.coerce.date().optional(),
  was_parked: z.boolean(),
  called,
})

/** Whether a job may start. `later`: at a time that its rate has given to it. */
export type ClaimAnswer = z.output<typeof answer>

/** A job for which room was made. */
export type CalledJob = z.output<typeof called>[number]

/** Who asks. */
export interface Claimant {
  readonly jobId: string
  readonly jobType: string
  readonly sequence: number
  /** The address of the job's message once it has started. */
  readonly place: string
  /** In an ordered key: the job's rank, and that of the first job of its key that is not parked. */
  readonly order?: { readonly rank: number; readonly first: number | undefined }
}

/** A slot whose job may be gone. */
export interface HeldSlot {
  readonly job_id: string
  readonly sequence: string | null
  readonly place: string
}

/** The limits, wherever they are kept. */
export type Limits = Pick<LimitStore, keyof LimitStore>

/** The limits in the database. Each method is one statement, decided by a function `limits_*.sql`. */
export class LimitStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async claim({ limits, lane, parking }: Claim, by: Claimant, now: Date): Promise<ClaimAnswer> {
    return this.#decide(
      answer,
      'select jobs.limits_claim(?, ?, ?, ?::jsonb, ?::bigint, ?, ?, ?::bigint, ?::bigint, ?::timestamptz) as decided',
      [
        by.jobId,
        by.jobType,
        lane,
        storableJson(limits),
        by.sequence,
        by.place,
        parking,
        by.order?.rank ?? null,
        by.order?.first ?? null,
        now,
      ],
    )
  }

  /** Gives back what a job has; without a job it only calls who waits. */
  async leave(
    jobId: string | null,
    limits: readonly AskedLimit[],
    first: number | undefined,
    now: Date,
  ): Promise<readonly CalledJob[]> {
    const sql = 'select jobs.limits_leave(?, ?::jsonb, ?::bigint, ?::timestamptz) as decided'
    return this.#decide(called, sql, [jobId, storableJson(limits), first ?? null, now])
  }

  /** Notes that a parked job's schedule is stored; true if room was made for the job meanwhile. */
  async confirmParked(jobId: string): Promise<boolean> {
    const rows = await this.#execute<{ called_at: unknown }>(
      'update jobs.limit_parked set stored = true where job_id = ? returning called_at',
      [jobId],
    )
    return rows.some((row) => row.called_at !== null)
  }

  /** Jobs that were called before a time and have not come. */
  async notArrived(
    before: Date,
    most: number,
  ): Promise<readonly (CalledJob & { readonly stored: boolean })[]> {
    return this.#execute(
      'select job_id, place, stored from jobs.limit_parked where called_at < ? order by called_at limit ?',
      [before, most],
    )
  }

  /** Buckets of these limits for which jobs wait although there is room: a maximum was raised, or a release got lost. */
  async waitingWithRoom(
    limits: readonly { readonly name: string; readonly max: number }[],
    most: number,
  ): Promise<readonly { name: string; key: string; max: number }[]> {
    return this.#execute(
      `select w.name, w.key, l.max from (select distinct name, key from jobs.limit_lanes) w
         join jsonb_to_recordset(?::jsonb) as l(name text, max integer) on l.name = w.name
        where (select count(*) from jobs.limit_slots s where s.name = w.name and s.key = w.key) < l.max
        order by 1, 2 limit ?`,
      [JSON.stringify(limits), most],
    )
  }

  /** Slots that were not checked since a time; marks them as checked. */
  async slotsToCheck(before: Date, now: Date, most: number): Promise<readonly HeldSlot[]> {
    return this.#execute(
      `with stale as (
         select name, key, job_id from jobs.limit_slots where checked_at < ?
          order by checked_at limit ? for update skip locked
       )
       update jobs.limit_slots s set checked_at = ? from stale
        where s.name = stale.name and s.key = stale.key and s.job_id = stale.job_id
       returning s.job_id, s.sequence, s.place`,
      [before, most, now],
    )
  }

  /** Forgets a job that is gone; the sweep calls who waits for its slots. */
  async forget(jobId: string): Promise<void> {
    await this.leave(jobId, [], undefined, new Date(0))
  }

  /** Removes unused buckets. */
  async tidy(now: Date): Promise<void> {
    await this.#execute(
      `delete from jobs.limit_buckets where (name, key) in (
         select b.name, b.key from jobs.limit_buckets b
          where (b.full_at is null or b.full_at < ?)
            and not exists (select from jobs.limit_slots s where s.name = b.name and s.key = b.key)
            and not exists (select from jobs.limit_lanes w where w.name = b.name and w.key = b.key)
          limit 1000 for update skip locked)`,
      [now],
    )
  }

  async #decide<Schema extends z.ZodType>(
    schema: Schema,
    sql: string,
    values: unknown[],
  ): Promise<z.output<Schema>> {
    const [row] = await this.#execute<{ decided: unknown }>(sql, values)
    return schema.parse(row?.decided)
  }

  #execute<Row extends object>(sql: string, values: unknown[]): Promise<Row[]> {
    return this.#database.entityManager().execute<Row[]>(sql, values)
  }
}
