import { setTimeout as wait } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { natsHeader } from '../wire/headers.ts'
import type { OutgoingMessage } from '../wire/outgoing-message.ts'
import { PublishTimeoutError } from './errors.ts'
import { hasLongestWait, withLongestWait } from './longest-wait.ts'
import { checkSize, messageHeaders, publishMessage } from './publish.ts'
import { type ServerReply, serverCode } from './server-reply.ts'

/** The server's limit for one atomic batch. */
export const largestBatch = 1_000

/** What a batch needs besides its messages. */
export interface BatchContext {
  readonly connection: NatsConnection
  readonly timeout: number
  /** Makes a batch id, at most 64 characters. */
  readonly newId: () => string
  /** A number in [0, 1), to spread repeated batches. */
  readonly random: () => number
}

/**
 * When a batch may be committed. Until then its messages lie on the server's side, ready and unseen; if it is rejected, the batch is given
 * up, and the server drops them.
 */
export type MayCommit = Promise<void>

const atOnce: MayCommit = Promise.resolve()

/**
 * Publishes several messages of one stream, or none of them, in order. The answer is that of the last message; its
 * sequences are consecutive.
 *
 * The server takes 50 unfinished batches a stream and drops what is too much; such a batch stored nothing and is sent
 * again, a few times.
 *
 * @throws RangeError for no or more than 1,000 messages.
 * @throws NoStreamError | NoLeaderError | PayloadTooLargeError
 * @throws PublishTimeoutError if the last message has no answer: the batch is stored or not; send it again with the same ids.
 */
export async function publishBatch(
  asked: readonly OutgoingMessage[],
  context: BatchContext,
  mayCommit: MayCommit = atOnce,
): Promise<ServerReply> {
  if (asked.length === 0 || asked.length > largestBatch) {
    throw new RangeError(`a batch has 1 to ${largestBatch} messages, not ${asked.length}`)
  }
  for (const message of asked) checkSize(context.connection, message)
  const messages = asked.some(hasLongestWait)
    ? await Promise.all(asked.map((message) => lookedUp(message, context)))
    : asked
  for (let attempt = 1; ; attempt++) {
    const reply = await sendBatch(messages, context, mayCommit)
    if (attempt === 8 || !isAbandoned(reply)) return reply
    await wait(context.random() * 20 * 2 ** attempt)
  }
}

async function lookedUp(
  message: OutgoingMessage,
  { connection, timeout }: BatchContext,
): Promise<OutgoingMessage> {
  return hasLongestWait(message) ? withLongestWait(connection, message, timeout) : message
}

function isAbandoned(reply: ServerReply): boolean {
  if (reply.kind !== 'error') return false
  return reply.code === serverCode.batchIncomplete || reply.code === serverCode.batchTooMany
}

async function sendBatch(
  messages: readonly OutgoingMessage[],
  context: BatchContext,
  mayCommit: MayCommit,
): Promise<ServerReply> {
  const last = messages.at(-1)
  if (last === undefined) throw new RangeError('a batch has at least one message')
  const { id, opened } = await stageCertainly(messages.slice(0, -1), context)
  if (opened.kind === 'error') return opened
  await mayCommit
  const commit = inBatch(last, id, messages.length, { [natsHeader.batchCommit]: '1' })
  return publishMessage(context.connection, commit, context.timeout)
}

/** What the server said to the first message of a batch that goes on. */
interface Staged {
  readonly id: string
  readonly opened: ServerReply
}

/** Once more if there was no answer: as long as nothing is committed, nothing is stored. */
async function stageCertainly(messages: readonly OutgoingMessage[], context: BatchContext): Promise<Staged> {
  try {
    return await stage(messages, context)
  } catch (error) {
    if (!(error instanceof PublishTimeoutError)) throw error
    return stage(messages, context)
  }
}

/** Only the first message is answered. The others do not wait for that: if it is refused, so is what comes after it. */
async function stage(messages: readonly OutgoingMessage[], context: BatchContext): Promise<Staged> {
  const id = context.newId()
  const [first, ...rest] = messages.map((message, index) => inBatch(message, id, index + 1))
  if (first === undefined) return { id, opened: { kind: 'continue' } }
  const [opened] = await Promise.all([
    publishMessage(context.connection, first, context.timeout),
    sendUnanswered(rest, context),
  ])
  return { id, opened }
}

async function sendUnanswered(
  messages: readonly OutgoingMessage[],
  { connection }: BatchContext,
): Promise<void> {
  for (const message of messages) {
    connection.publish(message.subject, Buffer.from(message.body), { headers: messageHeaders(message) })
  }
}

function inBatch(
  message: OutgoingMessage,
  id: string,
  place: number,
  more: Readonly<Record<string, string>> = {},
): OutgoingMessage {
  const { subject, body } = message
  const headers = {
    ...message.headers,
    [natsHeader.batchId]: id,
    [natsHeader.batchSequence]: String(place),
    ...more,
  }
  return { subject, body, headers }
}
