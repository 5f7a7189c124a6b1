import type { BatchSummary } from '@danbooru-jobs/contracts'
import {
  type BatchNews,
  batchNewsMessage,
  keptMessage,
  type OutgoingMessage,
  withSummary,
} from '@danbooru-jobs/contracts/wire'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Outbox } from '../outbox/outbox.ts'
import type { RunSql } from '../sql/run-sql.ts'
import { storableJson } from '../sql/storable.ts'

/** News of a batch as the database takes them: a batch in a batch names its parent, jobs added in a transaction have no chunk. */
export type TakenNews =
  | BatchNews
  | (Extract<BatchNews, { type: 'batch.opened' }> & { readonly parent?: string })
  | Omit<Extract<BatchNews, { type: 'batch.added' }>, 'chunk'>

/** A batch that is complete. */
export interface BatchRow {
  readonly id: string
  readonly parent: string | null
  readonly on_complete: unknown
  readonly total: string
  readonly done: string
  readonly discarded: string
  readonly cancelled: string
}

/** Where the news of batches are taken in, if not in the database. */
export interface Batches {
  /** @returns the ids of the batches that are complete by the news. */
  take(news: readonly TakenNews[]): Promise<readonly string[]>
}

/** A batch as operators see it. */
export interface BatchState extends BatchSummary {
  /** The batch that it is a part of. */
  readonly parent: string | null
  /** No job is added any more: it is complete as soon as all its jobs have ended. */
  readonly sealed: boolean
  /** When its first job, or its opening, became known. */
  readonly since: Date
  readonly completedAt: Date | undefined
}

/**
 * Takes in news of batches, in the transaction of `em`, and puts into its outbox what the batches have to say that are complete by
 * it. A batch is completed by one transaction, so it says it once.
 *
 * @returns the ids of the batches that are complete by it.
 */
export async function takeNews(
  em: EntityManager,
  outbox: Outbox,
  news: readonly TakenNews[],
  now: Date,
): Promise<string[]> {
  if (news.length === 0) return []
  const rows = await em.execute<BatchRow[]>('select * from jobs.batches_take(?::jsonb, ?::timestamptz)', [
    storableJson(news),
    now,
  ])
  for (const row of rows) for (const message of messagesOf(row)) outbox.send(message)
  return rows.map(({ id }) => id)
}

interface StateRow extends BatchRow {
  readonly chunks: number | null
  readonly first_heard_at: string | Date
  readonly completed_at: string | Date | null
}

/** A batch, or undefined if there is none of that id. */
export async function batchState(em: EntityManager, id: string): Promise<BatchState | undefined> {
  const rows = await em.execute<StateRow[]>('select * from jobs.batches where id = ?', [id])
  return rows.map(stateOf)[0]
}

/**
 * Batches, the newest first.
 *
 * @param filter `isOpen`: only those that are not complete, or only those that are. `limit`: default 50.
 */
export async function listBatches(
  run: RunSql,
  { isOpen, limit = 50 }: { readonly isOpen?: boolean; readonly limit?: number } = {},
): Promise<BatchState[]> {
  const condition = isOpen === undefined ? 'true' : `completed_at is ${isOpen ? '' : 'not '}null`
  const rows = await run<StateRow>(
    `select * from jobs.batches where ${condition} order by first_heard_at desc, id limit ?`,
    [limit],
  )
  return rows.map(stateOf)
}

function stateOf(row: StateRow): BatchState {
  return {
    ...summaryOf(row),
    parent: row.parent,
    sealed: row.chunks !== null,
    since: new Date(row.first_heard_at),
    completedAt: row.completed_at === null ? undefined : new Date(row.completed_at),
  }
}

/** Removes, a bounded number at a time, what was remembered of batches that were complete before a time. */
export async function forgetBatches(em: EntityManager, before: Date): Promise<void> {
  await em.execute(
    `delete from jobs.batch_members where (batch_id, job_id) in (
       select m.batch_id, m.job_id from jobs.batches b join jobs.batch_members m on m.batch_id = b.id
        where b.completed_at < ? limit 5000)`,
    [before],
  )
  await em.execute(
    `delete from jobs.batches where id in (
       select b.id from jobs.batches b
        where b.completed_at < ? and not exists (select from jobs.batch_members m where m.batch_id = b.id) limit 500)`,
    [before],
  )
}

/** The id by which a batch is a member of another one. */
export function memberId(batch: string): string {
  return `batch:${batch}`
}

/** What a batch that is complete has to say. */
export function messagesOf(row: BatchRow): OutgoingMessage[] {
  const summary = summaryOf(row)
  const messages = row.on_complete === null ? [] : [withSummary(keptMessage.parse(row.on_complete), summary)]
  if (row.parent === null) return messages
  const state = summary.discarded > 0 ? 'discarded' : 'done'
  return [
    ...messages,
    batchNewsMessage({ type: 'job.ended', batch: row.parent, jobId: memberId(row.id), state }),
  ]
}

function summaryOf({ id, total, done, discarded, cancelled }: BatchRow): BatchSummary {
  const counts = { total, done, discarded, cancelled }
  const numbers = Object.entries(counts).map(([name, count]) => [name, Number(count)])
  return { id, ...(Object.fromEntries(numbers) as Omit<BatchSummary, 'id'>) }
}
