import { errors, type MsgHdrs, MsgHdrsImpl, type NatsConnection } from '@nats-io/transport-node'
import { checkHeaderValue } from '../wire/message-rules.ts'
import type { OutgoingMessage } from '../wire/outgoing-message.ts'
import { answersOf } from './answers.ts'
import { PayloadTooLargeError, PublishTimeoutError } from './errors.ts'
import { isNoResponder, publishOnceLed } from './leader-change.ts'
import { hasLongestWait, withLongestWait } from './longest-wait.ts'
import { parseServerReply, type ServerReply } from './server-reply.ts'

/**
 * Publishes one message and returns the server's answer, errors of the server included. As long as its stream has no leader it is
 * published again, until `timeout` (milliseconds) is over.
 *
 * @throws NoStreamError | NoLeaderError | PayloadTooLargeError | MessageInvalidError | PublishTimeoutError
 */
export async function publishMessage(
  connection: NatsConnection,
  asked: OutgoingMessage,
  timeout: number,
): Promise<ServerReply> {
  checkSize(connection, asked)
  try {
    return await publishOnce(connection, asked, timeout)
  } catch (error) {
    if (!isNoResponder(error)) throw error
    return publishOnceLed(connection, asked.subject, timeout, (left) => publishOnce(connection, asked, left))
  }
}

/**
 * Publishes one message without looking at its size, and does not repeat it.
 *
 * @throws PublishTimeoutError, or the client's error, see `isNoResponder`.
 */
export async function publishOnce(
  connection: NatsConnection,
  asked: OutgoingMessage,
  timeout: number,
): Promise<ServerReply> {
  try {
    // Nothing else waits before it is sent: messages keep their order.
    const message = hasLongestWait(asked) ? await withLongestWait(connection, asked, timeout) : asked
    const { subject, body } = message
    const reply = await answersOf(connection).ask(subject, body, messageHeaders(message), timeout)
    return parseServerReply(reply.string())
  } catch (error) {
    if (error instanceof errors.TimeoutError)
      throw new PublishTimeoutError(asked.subject, timeout, { cause: error })
    throw error
  }
}

/**
 * The message's headers as the client takes them. Set one by one, each would be compared with all others, which takes longer than
 * all else a publisher does.
 *
 * @throws MessageInvalidError
 */
export function messageHeaders({ headers }: OutgoingMessage): MsgHdrs {
  const values: Record<string, string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    checkHeaderValue(name, value)
    values[name] = [value]
  }
  return MsgHdrsImpl.fromRecord(values)
}

/**
 * The server closes the connection of a client that sends too much, so it is checked here.
 *
 * @throws PayloadTooLargeError
 */
export function checkSize(connection: NatsConnection, message: OutgoingMessage): void {
  const limit = connection.info?.max_payload
  if (limit !== undefined && mostBytes(message) <= limit) return
  const bytes = messageBytes(message)
  if (limit !== undefined && bytes > limit) throw new PayloadTooLargeError(message.subject, bytes, limit)
}

/** No text takes more than three bytes for each of its UTF-16 units: enough to wave small messages through. */
function mostBytes({ headers: carried, body }: OutgoingMessage): number {
  let units = 16 + body.length
  for (const name in carried) units += name.length + (carried[name]?.length ?? 0) + 4
  return units * 3
}

/** The size of a message as the server counts it: headers and body. */
export function messageBytes(message: OutgoingMessage): number {
  const lines = Object.entries(message.headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.byteLength(`NATS/1.0\r\n${lines.join('')}\r\n`) + Buffer.byteLength(message.body)
}
