import type { EntityManager } from '@mikro-orm/postgresql'
import type { Json } from '../outcome/outcome.ts'

/** What an operator can do that is worth remembering. */
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

/** Something that was done. */
export interface AuditEntry {
  readonly at: Date
  readonly by: string
  readonly action: AuditAction
  readonly details: Json
}

/** Remembers what an operator did, in the transaction of `em` if it has one. */
export async function recordAudit(em: EntityManager, entry: AuditEntry): Promise<void> {
  await em.execute('insert into jobs.audit (at, by, action, details) values (?, ?, ?, ?::jsonb)', [
    entry.at,
    entry.by,
    entry.action,
    JSON.stringify(entry.details),
  ])
}

/** What operators did lately, newest first. */
export async function listAudit(em: EntityManager, limit = 50): Promise<AuditEntry[]> {
  const rows = await em.execute<{ at: string | Date; by: string; action: AuditAction; details: Json }[]>(
    'select at, by, action, details from jobs.audit order by id desc limit ?',
    [limit],
  )
  return rows.map((row) => ({ ...row, at: new Date(row.at) }))
}
