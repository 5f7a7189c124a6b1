import { storableText } from '@danbooru-jobs/contracts/wire'
import pg from 'pg'
import type { EventEntry, LogEntry, StoredEntry } from '../read/log-entry.ts'
import { countDeltas } from '../reduce/count-deltas.ts'
import type { JobRecord } from '../reduce/job-record.ts'
import { type Changes, type Known, reduceBatch } from '../reduce/reduce.ts'
import { readRecord, recordSelection } from './history-columns.ts'
import { writeJobs } from './write-jobs.ts'

/** How a batch is applied. */
export interface ApplyOptions {
  /** Look up every job in the whole history: the entries may have been applied before. Default false. */
  readonly knownBefore?: boolean
  readonly now: Date
  /** Written in the same transaction. */
  readonly also?: (client: pg.Client) => Promise<void>
}

/**
 * Writes log entries to the database, a batch in one transaction. There is one writer at a time, so the rows that it has read do not
 * change before it writes.
 */
export class HistoryStore {
  readonly client: pg.Client
  /** Whether events wait for their message; undefined until it is looked up. */
  #hasEarly: boolean | undefined

  constructor(client: pg.Client) {
    this.client = client
  }

  /**
   * Applies a batch. Jobs that seem to be new are not looked up; if one of them is stored unfinished after all, PostgreSQL refuses the
   * second row, and the batch is applied again with all jobs looked up.
   */
  async apply(entries: readonly LogEntry[], options: ApplyOptions): Promise<Changes> {
    try {
      return await this.transaction(() => this.#applyOnce(entries, options))
    } catch (error) {
      if (options.knownBefore || !isDuplicate(error)) throw error
      return await this.transaction(() => this.#applyOnce(entries, { ...options, knownBefore: true }))
    }
  }

  /** Applies messages that were read from the queue itself. Returns those that were not known. */
  async addMissing(entries: readonly StoredEntry[], options: ApplyOptions): Promise<readonly StoredEntry[]> {
    const known = await this.knownSequences(entries.map(({ sequence }) => sequence))
    const missing = entries.filter(({ sequence }) => !known.has(sequence))
    if (missing.length > 0 || options.also) await this.apply(missing, options)
    return missing
  }

  /** Which of the messages belong to a job of the history. */
  async knownSequences(sequences: readonly number[]): Promise<ReadonlySet<number>> {
    if (sequences.length === 0) return new Set()
    const { rows } = await this.client.query<{ sequence: string }>({
      name: 'known sequences',
      text: `select sequence from jobs.history where sequence = ${anyOf('$1::bigint[]')}
        union select sequence from jobs.history_superseded where sequence = ${anyOf('$1::bigint[]')}`,
      values: [sequences],
    })
    return new Set(rows.map(({ sequence }) => Number(sequence)))
  }

  async #applyOnce(entries: readonly LogEntry[], options: ApplyOptions): Promise<Changes> {
    const known = await this.#load(entries, options.knownBefore ?? false)
    const changes = reduceBatch(entries, known)
    await this.#write(changes, options.now)
    await options.also?.(this.client)
    return changes
  }

  async transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.client.query('begin')
    try {
      const result = await work()
      await this.client.query('commit')
      return result
    } catch (error) {
      this.#hasEarly = undefined
      await this.client.query('rollback').catch(() => undefined)
      throw error
    }
  }

  async #load(entries: readonly LogEntry[], knownBefore: boolean): Promise<Known> {
    const stored = entries.filter((entry) => entry.kind === 'stored')
    const early = await this.#takeEarly(stored)
    const inBatch = new Set(stored.map(({ sequence }) => sequence))
    const events = entries.filter((entry) => entry.kind !== 'stored' && !inBatch.has(entry.sequence))
    const sequences = [...new Set(events.map(({ sequence }) => sequence))]
    const superseded = await this.#loadSuperseded(sequences)
    const followed = [...superseded.values()]
    const ids = idsOf(knownBefore ? stored : stored.filter(({ appearance }) => appearance !== 'first'))
    const known = await this.#find('jobs.history_unfinished', [...ids, ...followed], sequences)
    const again = knownBefore
      ? [...ids, ...followed]
      : idsOf(stored.filter(({ appearance }) => appearance === 'again'))
    const all = await this.#find('jobs.history', again, knownBefore ? sequences : [])
    return { records: [...known, ...all], superseded, early }
  }

  async #find(
    table: HistoryTable,
    ids: readonly string[],
    sequences: readonly number[],
  ): Promise<JobRecord[]> {
    if (ids.length === 0 && sequences.length === 0) return []
    const { rows } = await this.client.query({
      name: `find in ${table}`,
      text: findStatement(table),
      values: [ids, sequences],
    })
    return rows.map(readRecord)
  }

  async #loadSuperseded(sequences: readonly number[]): Promise<Map<number, string>> {
    if (sequences.length === 0) return new Map()
    const { rows } = await this.client.query<{ sequence: string; job_id: string }>({
      name: 'superseded',
      text: `select sequence, job_id from jobs.history_superseded where sequence = ${anyOf('$1::bigint[]')}`,
      values: [sequences],
    })
    return new Map(rows.map((row) => [Number(row.sequence), row.job_id]))
  }

  async #takeEarly(stored: readonly StoredEntry[]): Promise<EventEntry[]> {
    this.#hasEarly ??= (await this.client.query('select 1 from jobs.history_early limit 1')).rows.length > 0
    if (!this.#hasEarly || stored.length === 0) return []
    const { rows } = await this.client.query<{ entry: EventEntry }>(
      'delete from jobs.history_early where sequence = any($1::bigint[]) returning entry',
      [stored.map(({ sequence }) => sequence)],
    )
    return rows.map(({ entry }) => entry)
  }

  async #write(changes: Changes, now: Date): Promise<void> {
    await writeJobs(this.client, changes.jobs)
    await this.#writeAttempts(changes)
    await this.#writeAside(changes, now)
    const deltas = countDeltas(changes.jobs)
    if (deltas.length === 0) return
    await this.client.query({
      name: 'counts',
      text: `insert into jobs.history_counts as held (day, type, state, count)
        select day, type, state, count from json_to_recordset($1::json) as d(day date, type text, state text, count bigint)
        on conflict (day, type, state) do update set count = held.count + excluded.count`,
      values: [JSON.stringify(deltas)],
    })
  }

  async #writeAttempts({ attempts }: Changes): Promise<void> {
    if (attempts.length === 0) return
    const rows = attempts.map(({ jobId, report: { sequence, at, report } }) => ({
      job_id: jobId,
      sequence,
      attempt: report.attempt,
      started_at: report.startedAt ?? null,
      failed_at: at,
      retry_at: report.nextAttemptAt ?? null,
      host: report.host || null,
      error_name: storableText(report.error?.name ?? ''),
      error_message: storableText(report.error?.message ?? ''),
      error_code: report.error?.code === undefined ? null : storableText(report.error.code),
      stack: report.error?.stack === undefined ? null : storableText(report.error.stack).slice(0, 8_000),
    }))
    await this.client.query({ name: 'attempts', text: insertAttempts, values: [JSON.stringify(rows)] })
    const long = attempts
      .filter(({ report }) => report.report.attempt > keptAttempts)
      .map(({ jobId }) => jobId)
    if (long.length > 0) await this.client.query(dropOldAttempts, [long, keptAttempts])
  }

  async #writeAside({ early, superseded }: Changes, now: Date): Promise<void> {
    if (early.length > 0) {
      this.#hasEarly = true
      const rows = early.map((entry) => ({ sequence: entry.sequence, log: entry.logSequence, entry }))
      await this.client.query(
        `insert into jobs.history_early (sequence, log_sequence, entry, noticed_at)
           select sequence, log, entry, $2 from json_to_recordset($1::json) as e(sequence bigint, log bigint, entry jsonb)
           on conflict do nothing`,
        [JSON.stringify(rows), now],
      )
    }
    if (superseded.length > 0) {
      await this.client.query(
        `insert into jobs.history_superseded (sequence, job_id, noticed_at)
           select sequence, id, $2 from json_to_recordset($1::json) as s(sequence bigint, id text)
           on conflict do nothing`,
        [JSON.stringify(superseded.map(({ sequence, jobId }) => ({ sequence, id: jobId }))), now],
      )
    }
  }
}

type HistoryTable = 'jobs.history' | 'jobs.history_unfinished'

/** Finds the records of jobs by id (`$1`) and by sequence (`$2`). */
export function findStatement(table: HistoryTable): string {
  return `select ${recordSelection} from ${table} h where h.job_id = ${anyOf('$1::text[]')}
    union all select ${recordSelection} from ${table} h where h.sequence = ${anyOf('$2::bigint[]')}`
}

/**
 * Any element of an array, for an index scan whatever its length: PostgreSQL expects a few elements of an array that a subquery makes. Of
 * two thousand that it sees it may think that to read the whole table is cheaper.
 */
function anyOf(array: string): string {
  return `any(array(select unnest(${array})))`
}

const keptAttempts = 25

const insertAttempts = `insert into jobs.history_attempts
  (job_id, sequence, attempt, started_at, failed_at, retry_at, host, error_name, error_message, error_code, stack)
  select job_id, sequence, attempt, to_timestamp(started_at / 1000), to_timestamp(failed_at / 1000),
    to_timestamp(retry_at / 1000), host, error_name, error_message, error_code, stack
  from json_to_recordset($1::json) as a(job_id text, sequence bigint, attempt integer, started_at float8, failed_at float8,
    retry_at float8, host text, error_name text, error_message text, error_code text, stack text)
  on conflict do nothing`

const dropOldAttempts = `delete from jobs.history_attempts a using
  (select job_id, sequence, attempt, failed_at,
     row_number() over (partition by job_id order by failed_at desc, attempt desc) as place
   from jobs.history_attempts where job_id = any($1::text[])) as old
  where old.place > $2 and a.job_id = old.job_id and a.sequence = old.sequence and a.attempt = old.attempt
    and a.failed_at = old.failed_at`

function idsOf(stored: readonly StoredEntry[]): readonly string[] {
  return [...new Set(stored.map(({ jobId }) => jobId))]
}

/** SQLSTATE 23505, unique_violation. */
function isDuplicate(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505'
}

/** Whether the error is about the data and not about the server: SQLSTATE classes 22 (data exception), 23 (constraint) and 54 (limit exceeded). */
export function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(22|23|54)/.test(error.code ?? '')
}
