import {
  batchName,
  batchNewsMessage,
  jobEndedMessage,
  jobHeader,
  natsHeader,
  type OutgoingMessage,
} from '@danbooru-jobs/contracts/wire'
import type { StoredMsg } from '@nats-io/jetstream'
import { headers, type MsgHdrs } from '@nats-io/transport-node'
import type { JobReference } from './job-control.ts'

/** A message to be published. */
export interface CopiedJob {
  readonly subject: string
  readonly headers: MsgHdrs
  readonly body: Uint8Array
}

/** The headers of a message without those that belong to the server. */
export function ownHeaders(from: MsgHdrs | undefined): MsgHdrs {
  const own = headers()
  for (const name of from?.keys() ?? []) {
    if (!name.startsWith('Nats-')) for (const value of from?.values(name) ?? []) own.append(name, value)
  }
  return own
}

/**
 * A stored job as a message to run at once. A delayed job's copy cancels its schedule in the same write (ADR-51:
 * `Nats-Scheduler` with `Nats-Schedule-Next: purge`).
 */
export function copyOf(stored: StoredMsg, job: JobReference, attemptsUsed: number, now: Date): CopiedJob {
  const carried = ownHeaders(stored.header)
  carried.set(jobHeader.id, job.id)
  carried.set(jobHeader.attempts, String(attemptsUsed))
  carried.set(natsHeader.msgId, `${job.id}:run-now:${job.streamSequence}`)
  if (!carried.has(jobHeader.enqueuedAt)) carried.set(jobHeader.enqueuedAt, now.toISOString())
  const target = stored.header.get(natsHeader.scheduleTarget)
  if (target === '') return { subject: stored.subject, headers: carried, body: stored.data }
  carried.set(natsHeader.scheduler, stored.subject)
  carried.set(natsHeader.scheduleNext, 'purge')
  return { subject: target, headers: carried, body: stored.data }
}

/**
 * The messages to whoever waits for the end of a job that was cancelled: its batch, and the subject that it names. A header that can
 * be no batch's name is nobody's.
 */
export function endMessagesOf(stored: StoredMsg, job: JobReference, reason: string): OutgoingMessage[] {
  const batch = stored.header.get(jobHeader.batch)
  const notify = stored.header.get(jobHeader.notify)
  const ended = { jobId: job.id, jobType: job.type, attempt: 0, reason }
  return [
    ...(batchName.safeParse(batch).success
      ? [batchNewsMessage({ type: 'job.ended', batch, jobId: job.id, state: 'cancelled' })]
      : []),
    ...(notify === '' ? [] : [jobEndedMessage(notify, { type: 'job.discarded', ...ended })]),
  ]
}

/** Headers as the NATS client wants them. */
export function headersOf(message: OutgoingMessage): MsgHdrs {
  const made = headers()
  for (const [name, value] of Object.entries(message.headers)) made.set(name, value)
  return made
}
