import type { JobState } from '@danbooru-jobs/contracts'
import type { Json } from '../outcome/outcome.ts'
import type { RunSql } from '../sql/run-sql.ts'
import { type Cursor, countStatement, type JobFilter, type JobOrder, listStatement } from './job-filter.ts'

/** A job as the history knows it. */
export interface HistoryJob {
  readonly id: string
  readonly type: string
  readonly state: JobState
  /** Its newest message in the stream JOBS. */
  readonly sequence: number
  /** Where it runs, `jobs.<type>` or `jobs.<type>.<key>`. */
  readonly subject: string
  readonly key: string | null
  /** Null for a payload that is no JSON, and in lists for one of more than 8 kB. */
  readonly payload: Json
  /** The body of a message that is no JSON that PostgreSQL can hold; in lists its first 1,000 characters. */
  readonly payloadText: string | null
  readonly headers: Readonly<Record<string, string>> | null
  readonly actor: string | null
  readonly batch: string | null
  readonly traceparent: string | null
  /** Attempts started, as far as is known; snoozes and interruptions not counted. */
  readonly attempts: number
  /** How often the server has delivered the newest message. */
  readonly deliveries: number
  readonly crashes: number
  readonly enqueuedAt: Date
  readonly queuedAt: Date
  readonly scheduledFor: Date | null
  readonly retryAt: Date | null
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  /** Milliseconds from being due to the first start. */
  readonly waitMs: number | null
  /** Milliseconds of the last attempt. */
  readonly durationMs: number | null
  readonly errorName: string | null
  readonly errorMessage: string | null
  readonly errorCode: string | null
  readonly reason: string | null
  readonly host: string | null
  readonly result: Json
  readonly progress: Json
  /** The last 200 log lines; empty in lists. */
  readonly lines: readonly string[]
}

/** A failed attempt. */
export interface HistoryAttempt {
  readonly attempt: number
  readonly sequence: number
  readonly startedAt: Date | null
  readonly failedAt: Date
  readonly retryAt: Date | null
  readonly host: string | null
  readonly errorName: string
  readonly errorMessage: string
  readonly errorCode: string | null
  readonly stack: string | null
}

/** How a list is asked for. */
export interface ListOptions {
  /** Default `queued`, newest first. */
  readonly order?: JobOrder
  /** 1 to 1,000, default 20. */
  readonly limit?: number
  /** The `next` of the page before. */
  readonly after?: string
}

/** A page of a list; `next` is absent on the last one. */
export interface JobPage {
  readonly jobs: readonly HistoryJob[]
  readonly next?: string
}

const shared = `h.job_id as id, h.type, h.state, h.sequence, h.subject, h.key, h.headers, h.actor, h.batch, h.traceparent,
  h.attempts, h.deliveries, h.crashes, h.enqueued_at as "enqueuedAt", h.queued_at as "queuedAt",
  h.scheduled_for as "scheduledFor", h.retry_at as "retryAt", h.started_at as "startedAt",
  nullif(h.ended_at, 'infinity') as "endedAt", h.wait_ms as "waitMs", h.duration_ms as "durationMs",
  h.error_name as "errorName", h.error_message as "errorMessage", h.error_code as "errorCode", h.reason, h.host,
  h.result, h.progress`
const listed = `${shared}, case when pg_column_size(h.payload) <= 8192 then h.payload end as payload,
  left(h.payload_text, 1000) as "payloadText", '{}'::text[] as lines,
  h.queued_at as order_queued_at, h.ended_at as order_ended_at, h.sequence as order_sequence,
  (extract(epoch from h.queued_at) * 1000000)::bigint::text as queued_us,
  (extract(epoch from nullif(h.ended_at, 'infinity')) * 1000000)::bigint::text as ended_us`
const complete = `${shared}, h.payload, h.payload_text as "payloadText", coalesce(h.lines, '{}') as lines`

interface Row extends HistoryJob {
  readonly queued_us: string
  readonly ended_us: string | null
  readonly order_queued_at: unknown
  readonly order_ended_at: unknown
  readonly order_sequence: unknown
}

/**
 * Asks the history: jobs by type, state, error text, payload and time, page by page. Reads only; it lags behind the queue
 * by less than a second while `job-history` runs.
 */
export class JobHistory {
  readonly #run: RunSql

  constructor(run: RunSql) {
    this.#run = run
  }

  /** Jobs that fit the filter, newest first. */
  async list(filter: JobFilter = {}, options: ListOptions = {}): Promise<JobPage> {
    const limit = Math.min(1_000, Math.max(1, Math.trunc(options.limit ?? 20)))
    const order = options.order ?? 'queued'
    const after = options.after === undefined ? undefined : readCursor(options.after)
    const { sql, values } = listStatement(filter, { columns: listed, order, limit: limit + 1, after })
    const rows = await this.#run<Row>(sql, values)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      jobs: page.map(jobOfRow),
      ...(rows.length > limit &&
        last && { next: `${order === 'queued' ? last.queued_us : last.ended_us}-${last.sequence}` }),
    }
  }

  /** One job with everything that is known about it. */
  async find(jobId: string): Promise<HistoryJob | undefined> {
    const [row] = await this.#run<Row>(
      `select ${complete} from jobs.history h where h.job_id = ? order by h.sequence desc limit 1`,
      [jobId],
    )
    return row && jobOfRow(row)
  }

  /** The failed attempts of a job, oldest first; the newest 25 are kept. */
  async attempts(jobId: string): Promise<readonly HistoryAttempt[]> {
    const rows = await this.#run<HistoryAttempt>(
      `select attempt, sequence, started_at as "startedAt", failed_at as "failedAt", retry_at as "retryAt", host,
          error_name as "errorName", error_message as "errorMessage", error_code as "errorCode", stack
        from jobs.history_attempts where job_id = ? order by failed_at, attempt`,
      [jobId],
    )
    return rows.map((row) => ({
      ...row,
      sequence: Number(row.sequence),
      failedAt: dateOf(row.failedAt) ?? new Date(0),
      startedAt: dateOf(row.startedAt),
      retryAt: dateOf(row.retryAt),
    }))
  }

  /** How many jobs of each type are in each state, from counters: the cost does not depend on the number of jobs. */
  async counts(): Promise<
    readonly { readonly type: string; readonly state: JobState; readonly count: number }[]
  > {
    const rows = await this.#run<{ type: string; state: JobState; count: string }>(
      `select type, state, sum(count)::text as count from jobs.history_counts
        group by type, state having sum(count) <> 0 order by type, state`,
    )
    return rows.map(({ type, state, count }) => ({ type, state, count: Number(count) }))
  }

  /** How many jobs fit the filter; counting stops at `atMost`, default 10,000. */
  async count(filter: JobFilter, atMost = 10_000): Promise<number> {
    const { sql, values } = countStatement(filter, Math.max(1, Math.trunc(atMost)))
    const [row] = await this.#run<{ count: number }>(sql, values)
    return row?.count ?? 0
  }
}

function jobOfRow(read: Row): HistoryJob {
  const { queued_us, ended_us, order_queued_at, order_ended_at, order_sequence, ...row } = read
  return {
    ...row,
    sequence: Number(row.sequence),
    enqueuedAt: dateOf(row.enqueuedAt) ?? new Date(0),
    queuedAt: dateOf(row.queuedAt) ?? new Date(0),
    scheduledFor: dateOf(row.scheduledFor),
    retryAt: dateOf(row.retryAt),
    startedAt: dateOf(row.startedAt),
    endedAt: dateOf(row.endedAt),
  }
}

/** Drivers differ in whether they give times as dates or as text. */
function dateOf(value: Date | string | null): Date | null {
  return value === null ? null : new Date(value)
}

function readCursor(text: string): Cursor {
  const [, time, sequence] = /^(\d{1,18})-(\d{1,18})$/.exec(text) ?? []
  if (time === undefined || sequence === undefined) throw new TypeError(`not the end of a page: "${text}"`)
  return { time, sequence }
}
