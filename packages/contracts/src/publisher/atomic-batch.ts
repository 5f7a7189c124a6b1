import { setTimeout as wait } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { natsHeader } from '../wire/headers.ts'
import type { OutgoingMessage } from '../wire/outgoing-message.ts'
import { serverCode } from '../wire/server-code.ts'
import { PublishTimeoutError } from './errors.ts'
import { hasLongestWait, withLongestWait } from './longest-wait.ts'
import { checkSize, messageHeaders, publishMessage } from './publish.ts'
import type { ServerReply } from './server-reply.ts'

/** The server's limit for one atomic batch. */
export const largestAtomicBatch = 1_000

/** What an atomic batch needs besides its messages. */
export interface AtomicBatchContext {
  readonly connection: NatsConnection
  /** How long to wait for an answer, milliseconds. */
  readonly timeout: number
  /** Makes a batch id, at most 64 characters. */
  readonly newId: () => string
  /** A number in [0, 1), to spread repeated batches. */
  readonly random: () => number
}

/**
 * Publishes several messages of one stream in order, all or none of them (ADR-50). The answer is that of the last message; the
 * sequences are consecutive.
 *
 * The server takes 50 unfinished batches for each stream and rejects further ones. A rejected batch stored nothing and is sent again,
 * up to seven times.
 *
 * @throws RangeError for no or more than 1,000 messages.
 * @throws NoStreamError | NoLeaderError | PayloadTooLargeError
 * @throws PublishTimeoutError if the last message has no answer: the batch is stored or not; send it again with the same ids.
 */
export async function publishAtomicBatch(
  asked: readonly OutgoingMessage[],
  context: AtomicBatchContext,
): Promise<ServerReply> {
  if (asked.length === 0 || asked.length > largestAtomicBatch) {
    throw new RangeError(`a batch has 1 to ${largestAtomicBatch} messages, not ${asked.length}`)
  }
  for (const message of asked) checkSize(context.connection, message)
  const messages = asked.some(hasLongestWait)
    ? await Promise.all(asked.map((message) => lookedUp(message, context)))
    : asked
  for (let attempt = 1; ; attempt++) {
    const reply = await sendBatch(messages, context)
    if (attempt === 8 || !isAbandoned(reply)) return reply
    await wait(context.random() * 20 * 2 ** attempt)
  }
}

async function lookedUp(
  message: OutgoingMessage,
  { connection, timeout }: AtomicBatchContext,
): Promise<OutgoingMessage> {
  return hasLongestWait(message) ? withLongestWait(connection, message, timeout) : message
}

function isAbandoned(reply: ServerReply): boolean {
  if (reply.kind !== 'error') return false
  return reply.code === serverCode.batchIncomplete || reply.code === serverCode.batchTooMany
}

async function sendBatch(
  messages: readonly OutgoingMessage[],
  context: AtomicBatchContext,
): Promise<ServerReply> {
  const last = messages.at(-1)
  if (last === undefined) throw new RangeError('a batch has at least one message')
  const { id, opened } = await openBatch(messages.slice(0, -1), context)
  if (opened.kind === 'error') return opened
  const commit = inBatch(last, id, messages.length, { [natsHeader.batchCommit]: '1' })
  return publishMessage(context.connection, commit, context.timeout)
}

/** A batch of which everything but the last message is sent. `opened` is the answer to the first message. */
interface OpenBatch {
  readonly id: string
  readonly opened: ServerReply
}

/** Repeated once if there was no answer: as long as the batch is not committed, nothing of it is stored. */
async function openBatch(
  messages: readonly OutgoingMessage[],
  context: AtomicBatchContext,
): Promise<OpenBatch> {
  try {
    return await sendOpening(messages, context)
  } catch (error) {
    if (!(error instanceof PublishTimeoutError)) throw error
    return sendOpening(messages, context)
  }
}

/** The server answers only the first message. The others do not wait for that answer: if it refuses the first, it refuses them too. */
async function sendOpening(
  messages: readonly OutgoingMessage[],
  context: AtomicBatchContext,
): Promise<OpenBatch> {
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
  { connection }: AtomicBatchContext,
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
