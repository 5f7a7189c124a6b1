import { setTimeout as wait } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import { natsHeader } from '../headers.ts'
import type { OutgoingMessage } from '../message.ts'
import { PublishTimedOut } from './errors.ts'
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
 * Publishes several messages of one stream, or none of them, in order. The answer is that of the last message; its
 * sequences are consecutive.
 *
 * The server takes 50 unfinished batches a stream and drops what is too much; such a batch stored nothing and is sent
 * again, a few times.
 *
 * @throws RangeError for no or more than 1,000 messages.
 * @throws NoStreamOwnsSubject | StreamWithoutLeader | PayloadTooLarge
 * @throws PublishTimedOut if the last message has no answer: the batch is stored or not; send it again with the same ids.
 */
export async function publishBatch(
  asked: readonly OutgoingMessage[],
  context: BatchContext,
): Promise<ServerReply> {
  if (asked.length === 0 || asked.length > largestBatch) {
    throw new RangeError(`a batch has 1 to ${largestBatch} messages, not ${asked.length}`)
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
  { connection, timeout }: BatchContext,
): Promise<OutgoingMessage> {
  return hasLongestWait(message) ? withLongestWait(connection, message, timeout) : message
}

function isAbandoned(reply: ServerReply): boolean {
  if (reply.kind !== 'error') return false
  return reply.code === serverCode.batchIncomplete || reply.code === serverCode.batchTooMany
}

async function sendBatch(messages: readonly OutgoingMessage[], context: BatchContext): Promise<ServerReply> {
  const id = context.newId()
  const numbered = messages.map((message, index) => inBatch(message, id, index, messages.length))
  const [first, ...rest] = numbered
  const last = rest.pop()
  if (first === undefined) throw new RangeError('a batch has at least one message')
  const opened = await open(first, last === undefined, context)
  if (opened.kind === 'error' || last === undefined) return opened
  for (const message of rest) {
    context.connection.publish(message.subject, message.body, { headers: messageHeaders(message) })
  }
  return publishMessage(context.connection, last, context.timeout)
}

/** Opens a batch, once more if there was no answer: as long as nothing is committed, nothing is stored. */
async function open(first: OutgoingMessage, commits: boolean, context: BatchContext): Promise<ServerReply> {
  try {
    return await publishMessage(context.connection, first, context.timeout)
  } catch (error) {
    if (commits || !(error instanceof PublishTimedOut)) throw error
    return publishMessage(context.connection, first, context.timeout)
  }
}

function inBatch(message: OutgoingMessage, id: string, index: number, size: number): OutgoingMessage {
  return {
    ...message,
    headers: {
      ...message.headers,
      [natsHeader.batchId]: id,
      [natsHeader.batchSequence]: String(index + 1),
      ...(index + 1 === size ? { [natsHeader.batchCommit]: '1' } : {}),
    },
  }
}
