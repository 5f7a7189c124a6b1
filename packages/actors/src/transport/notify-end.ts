import { setTimeout as wait } from 'node:timers/promises'
import { type EndNotice, publishMessage } from '@danbooru-jobs/contracts/wire'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import { type Judged, judgeFailure, judgeReply } from './judge-reply.ts'
import { longestPause } from './publish.ts'

/** How long the server may take to answer, milliseconds. */
const answerTimeout = 10_000

/** A receiver that could not be notified, and why: no stream stores its subject, or it is no subject. */
export interface Undelivered {
  readonly header: string
  readonly receiver: string
  readonly reason: string
}

/**
 * Sends the notices of jobs' ends and waits until the server has stored them: nothing else sends them. The messages are sent
 * together, so many cost the wait for one. A receiver that does not exist does not keep a job in the queue.
 *
 * @returns the receivers that cannot be notified.
 * @throws Error if the server did not store a notice; the caller repeats all of them, which arrive once.
 */
export async function sendNotices(
  nats: NatsConnection,
  notices: readonly EndNotice[],
): Promise<readonly Undelivered[]> {
  const results = await Promise.all(notices.map((notice) => send(nats, notice)))
  for (const result of results) if (result.kind === 'later') throw result.error
  return results.flatMap((result, index) => {
    const notice = notices[index]
    if (result.kind !== 'refused' || notice === undefined) return []
    return [{ header: notice.header, receiver: notice.receiver, reason: result.reason }]
  })
}

/** As {@link sendNotices}, but repeats until the notices are stored or the connection is closed. */
export async function sendNoticesUntilStored(
  { nats, log }: { readonly nats: NatsConnection; readonly log: Logger },
  notices: readonly EndNotice[],
): Promise<readonly Undelivered[]> {
  for (let pause = 250; ; pause = Math.min(longestPause, pause * 2)) {
    try {
      return await sendNotices(nats, notices)
    } catch (error) {
      if (nats.isClosed()) throw error
      log.warn({ err: error }, 'the notice of a job’s end is not stored yet; trying again')
      await wait(pause)
    }
  }
}

async function send(nats: NatsConnection, notice: EndNotice): Promise<Judged> {
  if (notice.kind === 'undeliverable') return { kind: 'refused', reason: notice.reason }
  return publishMessage(nats, notice.message, answerTimeout).then(judgeReply, judgeFailure)
}
