import type { JetStreamClient, StoredMsg } from '@nats-io/jetstream'
import type { JobReference } from './job-control.ts'
import { endMessagesOf, headersOf } from './stored-job.ts'

/** A job that an operator takes off the queue, and its message. */
export interface RemovedJob {
  readonly job: JobReference
  readonly stored: StoredMsg
}

/**
 * Tells the batches of jobs, and the subjects in their headers `Job-Notify`, that they were cancelled: nobody else will. The messages are on
 * their way together and cost the wait for one; told again, an end arrives once.
 *
 * @throws Error if the server has not stored all of them.
 */
export async function tellCancelled(
  js: JetStreamClient,
  removed: readonly RemovedJob[],
  reason: string,
): Promise<void> {
  const ends = removed.flatMap(({ job, stored }) => endMessagesOf(stored, job, reason))
  await Promise.all(ends.map((end) => js.publish(end.subject, end.body, { headers: headersOf(end) })))
}
