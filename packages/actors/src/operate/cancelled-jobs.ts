import { type EndNotice, endNotices, jobIdOf } from '@danbooru-jobs/contracts/wire'
import type { StoredMsg } from '@nats-io/jetstream'

/** A job as operators name it: what the history knows of every job. */
export interface JobReference {
  readonly id: string
  readonly type: string
  /** The sequence of its message in the stream JOBS. */
  readonly streamSequence: number
}

/** The job that a stored message belongs to. */
export function referenceOf(type: string, { header, seq }: StoredMsg): JobReference {
  return { id: jobIdOf((name) => header.get(name), seq), type, streamSequence: seq }
}

/** The notices of the end of a job that an operator takes off the queue. */
export function cancelNotices(job: JobReference, stored: StoredMsg, reason: string): readonly EndNotice[] {
  const header = (name: string) => stored.header.get(name) || undefined
  return endNotices(header, { id: job.id, type: job.type, attempt: 0 }, { state: 'cancelled', reason })
}
