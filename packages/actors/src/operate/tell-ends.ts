import { publishMessage } from '@danbooru-jobs/contracts/wire'
import type { StoredMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { judgeFailure, judgeReply } from '../transport/judge-reply.ts'
import type { JobReference } from './job-control.ts'
import { endMessagesOf } from './stored-job.ts'

/** A job that an operator takes off the queue, and its message. */
export interface RemovedJob {
  readonly job: JobReference
  readonly stored: StoredMsg
}

/** How long the server may take to answer, milliseconds. */
const answerTimeout = 10_000

/**
 * Tells the batches of jobs, and the subjects in their headers `Job-Notify`, that they were cancelled: nobody else will. The messages are on
 * their way together and cost the wait for one; told again, an end arrives once. Somebody who cannot be told, as no stream stores what he
 * is to get, does not keep the job in the queue.
 *
 * @throws Error if the server has not stored all of them.
 */
export async function tellCancelled(
  nats: NatsConnection,
  removed: readonly RemovedJob[],
  reason: string,
): Promise<void> {
  const ends = removed.flatMap(({ job, stored }) => endMessagesOf(stored, job, reason))
  const told = await Promise.all(
    ends.map((end) => publishMessage(nats, end, answerTimeout).then(judgeReply, judgeFailure)),
  )
  for (const judged of told) if (judged.kind === 'later') throw judged.error
}
