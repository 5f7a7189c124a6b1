import { streamName } from '@danbooru-jobs/contracts/wire'
import type { JetStreamManager } from '@nats-io/jetstream'
import { firstOf } from '../transport/stored-messages.ts'

/**
 * The rank of the first job of an ordered key that is queued and not parked; without one, the lowest rank that a job of the key can
 * still get. Parked jobs before this rank may start in their order. A job after it may not: an earlier one can be on its way to a
 * worker, and may have been enqueued after this answer.
 *
 * @param queue the subject of the jobs of the key that are not parked.
 */
export async function firstRank(jsm: JetStreamManager, queue: string): Promise<number> {
  const first = await firstOf(jsm, queue)
  if (first !== undefined) return first.seq
  const { last_seq } = (await jsm.streams.info(streamName.jobs)).state
  // Only a second look can say that none of the jobs up to that sequence is left.
  return (await firstOf(jsm, queue))?.seq ?? last_seq + 1
}
