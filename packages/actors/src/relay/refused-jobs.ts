import {
  type EndNotice,
  endNotices,
  jobHeader,
  jobTypeOfSubject,
  natsHeader,
} from '@danbooru-jobs/contracts/wire'
import type { JetStreamManager } from '@nats-io/jetstream'
import { lastOf } from '../transport/stored-messages.ts'

/** A row of the outbox whose message the server refused because another message is where none was expected. */
export interface RefusedRow {
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
}

const reason = 'cancelled: another job of its key was queued already'

/**
 * The notices of the ends of jobs that were not added because another job of their key is in the queue: they count as cancelled,
 * or their batches and lifecycles would wait for them indefinitely.
 */
export async function refusedNotices(
  jsm: JetStreamManager,
  rows: readonly RefusedRow[],
): Promise<readonly EndNotice[]> {
  const notices = await Promise.all(rows.map((row) => noticesOf(jsm, row)))
  return notices.flat()
}

async function noticesOf(
  jsm: JetStreamManager,
  { subject, headers }: RefusedRow,
): Promise<readonly EndNotice[]> {
  const id = headers[jobHeader.id]
  const expected = headers[natsHeader.expectedLastSubjectSequenceSubject]
  const type = jobTypeOfSubject(subject)
  if (id === undefined || expected === undefined || type === undefined) return []
  const notices = endNotices(
    (name) => headers[name],
    { id, type, attempt: 0 },
    { state: 'cancelled', reason },
  )
  if (notices.length === 0) return []
  const other = await lastOf(jsm, expected)
  return other?.header.get(jobHeader.id) === id ? [] : notices
}
