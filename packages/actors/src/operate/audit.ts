import { storableText } from '@danbooru-jobs/contracts/wire'
import type { SqlDatabase } from '../database/database.ts'
import type { Clock } from '../environment/environment.ts'
import type { Json } from '../outcome/outcome.ts'
import type { RunSql } from '../sql/run-sql.ts'
import { storableJson } from '../sql/storable.ts'

/** What an operator can do that is recorded. */
export const auditActions = [
  'job.cancel',
  'job.run-now',
  'job.delete',
  'jobs.redrive',
  'queue.pause',
  'queue.resume',
  'queue.drain',
  'queue.purge',
  'schedule.pause',
  'schedule.resume',
  'schedule.run',
  'lifecycle.retry',
] as const

/** One of {@link auditActions}. */
export type AuditAction = (typeof auditActions)[number]

/** Something that an operator did. */
export interface AuditEntry {
  readonly at: Date
  readonly by: string
  readonly action: AuditAction
  readonly details: Json
}

/** Records what an operator did: in the transaction of `run` if it is one. */
export async function recordAudit(run: RunSql, entry: AuditEntry): Promise<void> {
  await run('insert into jobs.audit (at, by, action, details) values (?, ?, ?, ?::jsonb)', [
    entry.at.toISOString(),
    storableText(entry.by),
    entry.action,
    storableJson(entry.details),
  ])
}

/** What operators did lately, newest first. */
export async function listAudit(run: RunSql, limit = 50): Promise<AuditEntry[]> {
  const rows = await run<Omit<AuditEntry, 'at'> & { readonly at: string | Date }>(
    'select at, by, action, details from jobs.audit order by id desc limit ?',
    [limit],
  )
  return rows.map((row) => ({ ...row, at: new Date(row.at) }))
}

/** What the audit is written to, when, and who acts. */
export interface AuditConnections {
  readonly database: SqlDatabase
  readonly clock: Clock
  readonly by: string
}

/** The audit records of one operator. */
export class Audit {
  readonly #database: SqlDatabase
  readonly #clock: Clock
  readonly by: string

  constructor({ database, clock, by }: AuditConnections) {
    this.#database = database
    this.#clock = clock
    this.by = by
  }

  /** Records an action of this operator, in the transaction of `run`. */
  record(run: RunSql, action: AuditAction, details: Json): Promise<void> {
    return recordAudit(run, { at: this.#clock.now(), by: this.by, action, details })
  }

  /**
   * Takes an action outside of the database and records it. The transaction of the record begins before the action: without a
   * database nothing is done.
   *
   * @param details what to record of the result; undefined if nothing was done.
   */
  recorded<Result>(
    action: AuditAction,
    act: () => Promise<Result>,
    details: (result: Result) => Json | undefined,
  ): Promise<Result> {
    return this.#database.inTransaction(async (run) => {
      const result = await act()
      const recorded = details(result)
      if (recorded !== undefined) await this.record(run, action, recorded)
      return result
    })
  }

  /** What all operators did lately, newest first. Default 50 entries. */
  list(limit?: number): Promise<AuditEntry[]> {
    return listAudit(this.#database.run, limit)
  }
}
