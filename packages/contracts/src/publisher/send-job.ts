import type { NatsConnection } from '@nats-io/transport-node'
import type { JobRequest } from '../message/job-request.ts'
import { type PreparedJob, prepareJob, type Stamp } from '../message/message.ts'
import { streamName } from '../wire/streams.ts'
import { PublishTimeoutError, refusal } from './errors.ts'
import { isOccupied, type Occupant, occupantsOf } from './occupants.ts'
import { publishMessage } from './publish.ts'
import type { EnqueueResult } from './results.ts'
import type { ServerReply } from './server-reply.ts'

/** What sending jobs needs besides the jobs. */
export interface SendContext {
  readonly connection: NatsConnection
  /** How long to wait for an answer, milliseconds. */
  readonly timeout: number
  readonly stamp: () => Stamp
}

/** The answer to a publish. `repeated`: an earlier publish of the same message had no answer, and may have stored it. */
export interface Published {
  readonly reply: ServerReply
  readonly repeated: boolean
}

/**
 * Publishes one job. A publish without an answer is repeated once with the same message id.
 *
 * @throws PayloadInvalidError | MessageInvalidError | NoStreamError | NoLeaderError | PayloadTooLargeError | PublishTimeoutError | PublishRefusedError
 */
export async function sendJob(request: JobRequest, context: SendContext): Promise<EnqueueResult> {
  const prepared = prepareJob(request.type, request.payload, request.options, context.stamp())
  const published = await publishTwice(prepared, context)
  if (!isOccupied(published.reply)) return resultOf(prepared, published, undefined)
  const [occupant] = await occupantsOf([prepared], context.connection)
  return resultOf(prepared, published, occupant)
}

/**
 * The result of a job by the server's answer. `occupant` is the message that holds its key, if the server refused it for that.
 *
 * @throws PublishRefusedError if the server refused it for another reason.
 */
export function resultOf(
  { id, key, message }: PreparedJob,
  { reply, repeated }: Published,
  occupant: Occupant | undefined,
): EnqueueResult {
  if (reply.kind === 'stored') return stored(id, reply, repeated)
  if (!isOccupied(reply)) throw refusal(message.subject, reply)
  if (occupant?.id !== id) return { status: 'already-queued', key: key ?? '' }
  return stored(id, { stream: streamName.jobs, sequence: occupant.sequence, duplicate: true }, repeated)
}

function stored(
  id: string,
  { stream, sequence, duplicate }: { stream: string; sequence: number; duplicate: boolean },
  repeated: boolean,
): EnqueueResult {
  // What a repeated publish finds is what the first one stored.
  return duplicate && !repeated
    ? { status: 'duplicate', id, sequence }
    : { status: 'accepted', id, stream, sequence }
}

async function publishTwice(
  { message }: PreparedJob,
  { connection, timeout }: SendContext,
): Promise<Published> {
  try {
    return { reply: await publishMessage(connection, message, timeout), repeated: false }
  } catch (error) {
    if (!(error instanceof PublishTimeoutError)) throw error
    return { reply: await publishMessage(connection, message, timeout), repeated: true }
  }
}
