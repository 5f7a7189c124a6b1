import { randomUUID } from 'node:crypto'
import { jetstreamManager } from '@nats-io/jetstream'
import {
  connect,
  errors,
  headers,
  type MsgHdrs,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node'
import type { z } from 'zod'
import type { EventType } from '../define/define-event.ts'
import type { JobType, PayloadInputOf } from '../define/define-job.ts'
import type { RequestType } from '../define/define-request.ts'
import { type Duration, milliseconds } from '../define/duration.ts'
import { parsePayload } from '../define/payload.ts'
import { type JobRequest, job } from '../message/job-request.ts'
import { eventMessage, type JobOptions } from '../message/message.ts'
import { jobAddress, scheduledSubject } from '../wire/job-subject.ts'
import { contextHeaders, type MessageContext } from '../wire/message-context.ts'
import type { OutgoingMessage } from '../wire/outgoing-message.ts'
import { streamName } from '../wire/streams.ts'
import type { AtomicBatchContext } from './atomic-batch.ts'
import { type EnqueueManyOptions, type EnqueueManyProgress, enqueueMany } from './enqueue-many.ts'
import { type EnqueueMiddleware, inheriting, withMiddleware } from './enqueue-middleware.ts'
import { NoResponderError, PublishTimeoutError, refusal, ServerTooOldError } from './errors.ts'
import { isNoResponder } from './leader-change.ts'
import { publishMessage } from './publish.ts'
import type { AtomicResult, EnqueueResult } from './results.ts'
import { sendAtomically } from './send-atomically.ts'
import { sendChunk } from './send-chunk.ts'
import { type SendContext, sendJob } from './send-job.ts'
import { isTooOld } from './server-reply.ts'

/** The options of a publisher. */
export interface PublisherOptions {
  /** How long to wait for the server's answer. Default 5 s. */
  readonly timeout?: Duration
  /** Steps around every enqueue, the first outermost. */
  readonly middleware?: readonly EnqueueMiddleware[]
  /**
   * On whose behalf, and in which trace, messages are sent: asked for every job, event and request, and put into the headers of those
   * that do not have their own. Default: none.
   */
  readonly context?: () => MessageContext
  /** Default: random UUIDs. */
  readonly newId?: () => string
  /** Default: the system's clock. */
  readonly now?: () => Date
  /** A number in [0, 1). Default: `Math.random`. */
  readonly random?: () => number
}

/** An event is stored. */
export interface EmitResult {
  readonly status: 'accepted' | 'duplicate'
  readonly id: string
  readonly sequence: number
}

/**
 * Publishes jobs, events and requests.
 *
 * Every method that publishes throws `PayloadInvalidError` or `MessageInvalidError` (nothing was sent), `NoStreamError`,
 * `NoLeaderError` (nothing was stored), `PayloadTooLargeError`, `PublishTimeoutError` (it may be stored: repeat with the same id) or
 * `PublishRefusedError`.
 */
export interface Publisher {
  enqueue<Type extends JobType>(
    type: Type,
    payload: PayloadInputOf<Type>,
    options?: JobOptions,
  ): Promise<EnqueueResult>
  /** Several jobs (at most 1,000) or none; make them with {@link job}. */
  enqueueAtomically(jobs: readonly JobRequest[]): Promise<AtomicResult>
  /**
   * Any number of jobs of any types in bounded memory, each stored for itself; with `onComplete` as a batch that is reported once
   * all of its jobs have ended.
   *
   * @throws RangeError for a chunk size or a `startAt` that is not possible.
   */
  enqueueMany(
    jobs: Iterable<JobRequest> | AsyncIterable<JobRequest>,
    options?: EnqueueManyOptions,
  ): Promise<EnqueueManyProgress>
  /** Removes a delayed job by its unique key or, for a type without one, its id. False if there was none. */
  cancelDelayed(type: JobType, idOrKey: string): Promise<boolean>
  emit<Schema extends z.ZodType>(
    event: EventType<Schema>,
    payload: z.input<Schema>,
    options?: { readonly id?: string },
  ): Promise<EmitResult>
  /**
   * Sends a request and waits for the reply.
   *
   * @throws NoResponderError if no service listens; PublishTimeoutError if it does not answer; PayloadInvalidError if the request or
   * the reply does not fit its schema.
   */
  request<Request extends z.ZodType, Reply extends z.ZodType>(
    type: RequestType<Request, Reply>,
    payload: z.input<Request>,
    options?: { readonly timeout?: Duration },
  ): Promise<z.output<Reply>>
  /** Sends what is still to be sent and, if the publisher made the connection, closes it. */
  close(): Promise<void>
}

/**
 * Connects and makes a publisher. The connection reconnects without limit, and what is published
 * while it is down waits for it, twice the timeout at most.
 *
 * @throws ServerTooOldError below nats-server 2.14; the client's errors if the first connection fails.
 */
export async function connectPublisher(
  options: PublisherOptions & { readonly servers: string | string[]; readonly name?: string } & Partial<
      Pick<NodeConnectionOptions, 'user' | 'pass' | 'token' | 'tls' | 'authenticator'>
    >,
): Promise<Publisher> {
  const { timeout, middleware, context, newId, now, random, ...connection } = options
  const connected = await connect({ reconnectTimeWait: 500, ...connection, maxReconnectAttempts: -1 })
  try {
    return { ...createPublisher(connected, options), close: () => connected.drain() }
  } catch (error) {
    await connected.close()
    throw error
  }
}

/**
 * A publisher on a connection that the caller owns.
 *
 * @throws ServerTooOldError below nats-server 2.14.
 */
export function createPublisher(connection: NatsConnection, options: PublisherOptions = {}): Publisher {
  const version = connection.info?.version ?? '0'
  if (isTooOld(version)) throw new ServerTooOldError(version)
  const context = sendContext(connection, options)
  const inherited = options.context ?? (() => ({}))
  const middleware: readonly EnqueueMiddleware[] = [inheriting(inherited), ...(options.middleware ?? [])]
  const enqueue = (request: JobRequest) =>
    withMiddleware(middleware, ([changed = request]) => sendJob(changed, context))([request])
  return {
    enqueue: (type, payload, jobOptions) => enqueue(job(type, payload, jobOptions)),
    enqueueAtomically: withMiddleware(middleware, (jobs) => sendAtomically(jobs, context)),
    enqueueMany: (jobs, many = {}) =>
      enqueueMany(
        jobs,
        { ...many, id: many.id ?? context.newId() },
        {
          sendChunk: withMiddleware(middleware, (chunk) => sendChunk(chunk, context)),
          publish: (message) => publish(context, message),
          now: () => context.stamp().now,
        },
      ),
    cancelDelayed: (type, idOrKey) => cancelDelayed(connection, type, idOrKey),
    emit: (event, payload, { id } = {}) =>
      emit(context, event, payload, { id: id ?? context.newId(), ...inherited() }),
    request: (type, payload, { timeout } = {}) =>
      ask(connection, type, payload, {
        timeout: timeout === undefined ? context.timeout : milliseconds(timeout),
        ...carried(inherited()),
      }),
    close: () => connection.flush(),
  }
}

function sendContext(
  connection: NatsConnection,
  options: PublisherOptions,
): SendContext & AtomicBatchContext {
  const newId = options.newId ?? randomUUID
  const now = options.now ?? (() => new Date())
  return {
    connection,
    timeout: milliseconds(options.timeout ?? '5s'),
    newId,
    random: options.random ?? Math.random,
    stamp: () => ({ id: newId(), now: now() }),
  }
}

function carried(context: MessageContext): { readonly headers?: MsgHdrs } {
  const entries = Object.entries(contextHeaders(context))
  if (entries.length === 0) return {}
  const result = headers()
  for (const [name, value] of entries) result.set(name, value)
  return { headers: result }
}

async function cancelDelayed(connection: NatsConnection, type: JobType, idOrKey: string): Promise<boolean> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const filter = scheduledSubject(jobAddress(type.name, idOrKey))
  const { purged } = await manager.streams.purge(streamName.jobs, { filter })
  return purged > 0
}

async function publish({ connection, timeout }: SendContext, message: OutgoingMessage): Promise<void> {
  const reply = await publishMessage(connection, message, timeout)
  if (reply.kind === 'error') throw refusal(message.subject, reply)
}

async function emit<Schema extends z.ZodType>(
  { connection, timeout }: SendContext,
  event: EventType<Schema>,
  payload: z.input<Schema>,
  stamp: { readonly id: string } & MessageContext,
): Promise<EmitResult> {
  const { id } = stamp
  const message = eventMessage(event, payload, stamp)
  const reply = await publishMessage(connection, message, timeout)
  if (reply.kind === 'stored') {
    return { status: reply.duplicate ? 'duplicate' : 'accepted', id, sequence: reply.sequence }
  }
  throw refusal(message.subject, reply)
}

async function ask<Request extends z.ZodType, Reply extends z.ZodType>(
  connection: NatsConnection,
  type: RequestType<Request, Reply>,
  payload: z.input<Request>,
  options: { readonly timeout: number; readonly headers?: MsgHdrs },
): Promise<z.output<Reply>> {
  const body = JSON.stringify(parsePayload(type.subject, type.request, payload))
  try {
    const reply = await connection.request(type.subject, body, options)
    return parsePayload(`reply of ${type.subject}`, type.reply, reply.json())
  } catch (error) {
    if (error instanceof errors.TimeoutError)
      throw new PublishTimeoutError(type.subject, options.timeout, { cause: error })
    if (isNoResponder(error)) throw new NoResponderError(type.subject, { cause: error })
    throw error
  }
}
