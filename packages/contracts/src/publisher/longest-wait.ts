import type { NatsConnection } from '@nats-io/transport-node'
import { jobHeader, natsHeader } from '../wire/headers.ts'
import type { OutgoingMessage } from '../wire/outgoing-message.ts'
import { streamName } from '../wire/streams.ts'

/** Whether a job must not be put off indefinitely by those that come after it: it is debounced with a `maxWait`. */
export function hasLongestWait({ headers }: OutgoingMessage): boolean {
  return headers[jobHeader.maxWait] !== undefined
}

/**
 * A debounced job as it is to be published: if one of its key waits already, its time is at most `maxWait` after the first of them was
 * enqueued. The stored message is read first, one request; two publishers at the same moment may both find nothing, and the
 * later one counts as the first.
 */
export async function withLongestWait(
  connection: NatsConnection,
  message: OutgoingMessage,
  timeout: number,
): Promise<OutgoingMessage> {
  const subject = `$JS.API.DIRECT.GET.${streamName.jobs}.${message.subject}`
  const stored = await connection.request(subject, '', { timeout })
  return cappedBy(message, stored.headers?.get(jobHeader.debouncedSince))
}

/** Pure: the message with what it inherits from one of its key that was first enqueued at `since`, RFC 3339. */
export function cappedBy(message: OutgoingMessage, since: string | undefined): OutgoingMessage {
  const { headers } = message
  const first = Date.parse(since ?? '')
  const own = Date.parse(headers[jobHeader.debouncedSince] ?? '')
  const due = Date.parse(headers[natsHeader.schedule]?.slice('@at '.length) ?? '')
  if (Number.isNaN(first) || Number.isNaN(due) || first >= own) return message
  const at = new Date(Math.min(due, first + Number(headers[jobHeader.maxWait])))
  return {
    ...message,
    headers: {
      ...headers,
      [jobHeader.debouncedSince]: new Date(first).toISOString(),
      [natsHeader.schedule]: `@at ${at.toISOString()}`,
    },
  }
}
