import { serverCode } from '@danbooru-jobs/contracts/wire'
import type { ConsumerConfig, StreamConfig } from '@nats-io/jetstream'
import { headers } from '@nats-io/transport-node'
import type { Clock } from '../../environment/environment.ts'
import { type ApiVerb, readVerb, requestProblem } from './api-requests.ts'
import type { MemoryConsumer } from './memory-consumer.ts'
import { MemoryStream, type StoredMessage } from './memory-stream.ts'
import { copyOf, jsonPacket, type Packet, statusPacket, textOf } from './packet.ts'

/** An error of the JetStream API: `err_code` as in the server's `errors.json`. */
class ApiError extends Error {
  readonly code: number
  readonly errorCode: number

  constructor(code: number, errorCode: number, description: string) {
    super(description)
    this.code = code
    this.errorCode = errorCode
  }
}

interface Asked {
  readonly server: ApiServer
  /** The tokens after the verb: stream, consumer, or a subject. */
  readonly names: readonly string[]
  readonly body: Record<string, unknown>
  readonly packet: Packet
}

/** What the API works on. */
export interface ApiServer {
  readonly clock: Clock
  readonly streams: Map<string, MemoryStream>
  readonly consumers: ReadonlyMap<string, Map<string, MemoryConsumer>>
  /** Makes a consumer, or changes the one of that name. */
  putConsumer(stream: MemoryStream, config: ConsumerConfig): MemoryConsumer
}

/** Answers a request to `$JS.API`. A verb or a field that is not known in memory is refused by name, never ignored. */
export function answerApi(server: ApiServer, packet: Packet): Packet[] {
  try {
    const known = readVerb(packet.subject.split('.').slice(2))
    if (known === undefined)
      throw new ApiError(501, 0, `the NATS server in memory does not know ${packet.subject}`)
    const { verb, names } = known
    const body = bodyOf(packet)
    const problem = requestProblem(verb, body)
    if (problem !== undefined)
      throw new ApiError(501, 0, `the NATS server in memory does not know ${problem} of ${verb}`)
    return verbs[verb]({ server, names, body, packet })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const { code, errorCode: err_code, message: description } = error
    return [jsonPacket('', { type: 'error', error: { code, err_code, description } })]
  }
}

const verbs: Readonly<Record<ApiVerb, (asked: Asked) => Packet[]>> = {
  INFO: () => json({ memory: 0, storage: 0, streams: 0, consumers: 0, limits: {}, api: { level: 4 } }),
  'STREAM.CREATE': (asked) => json(streamInfo(asked, createStream(asked))),
  'STREAM.UPDATE': (asked) => json(streamInfo(asked, updateStream(asked))),
  'STREAM.INFO': (asked) => json(streamInfo(asked, streamOf(asked))),
  'STREAM.PURGE': (asked) => json({ success: true, purged: purge(asked) }),
  'STREAM.MSG.GET': (asked) => json({ message: wireMessage(asked, storedOf(asked)) }),
  'STREAM.MSG.DELETE': (asked) => json({ success: streamOf(asked).remove(storedOf(asked).sequence) }),
  'CONSUMER.CREATE': (asked) => json(consumerInfo(createConsumer(asked), asked)),
  'CONSUMER.DURABLE.CREATE': (asked) => json(consumerInfo(createConsumer(asked), asked)),
  'CONSUMER.INFO': (asked) => json(consumerInfo(consumerOf(asked), asked)),
  'CONSUMER.LIST': listConsumers,
  'CONSUMER.DELETE': (asked) =>
    json({
      success: asked.server.consumers.get(asked.names[0] ?? '')?.delete(asked.names[1] ?? '') === true,
    }),
  'CONSUMER.PAUSE': pause,
  'CONSUMER.MSG.NEXT': pull,
  'DIRECT.GET': directGet,
}

function bodyOf(packet: Packet): Record<string, unknown> {
  return packet.data.length === 0 ? {} : JSON.parse(textOf(packet.data))
}

function json(body: object): Packet[] {
  return [jsonPacket('', body)]
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function streamOf({ server, names: [name = ''] }: Asked): MemoryStream {
  const stream = server.streams.get(name)
  if (!stream) throw new ApiError(404, serverCode.streamNotFound, 'stream not found')
  return stream
}

function createStream({ server, body }: Asked): MemoryStream {
  const config = body as unknown as StreamConfig
  const stream = new MemoryStream(config, server.clock.now())
  server.streams.set(config.name, stream)
  return stream
}

function updateStream(asked: Asked): MemoryStream {
  const stream = streamOf(asked)
  stream.config = asked.body as unknown as StreamConfig
  return stream
}

function streamInfo({ body }: Asked, stream: MemoryStream): object {
  const subjects: Record<string, number> = {}
  const filter = text(body.subjects_filter)
  for (const { subject } of filter ? stream.matching([filter]) : [])
    subjects[subject] = (subjects[subject] ?? 0) + 1
  const state = { messages: stream.size, last_seq: stream.lastSequence, ...(filter && { subjects }) }
  return { config: stream.config, created: stream.created.toISOString(), state }
}

function purge(asked: Asked): number {
  const { filter, seq } = asked.body
  return streamOf(asked).purge(text(filter), seq === undefined ? undefined : Number(seq))
}

function storedOf(asked: Asked): StoredMessage {
  const { seq, last_by_subj: last, next_by_subj: next } = asked.body
  const stream = streamOf(asked)
  const found =
    typeof next === 'string'
      ? [...stream.matching([next], Number(seq ?? 1))][0]
      : typeof last === 'string'
        ? stream.lastOf(last)
        : stream.get(Number(seq))
  if (!found) throw new ApiError(404, serverCode.messageNotFound, 'no message found')
  return found
}

function wireMessage(_asked: Asked, message: StoredMessage): object {
  const lines = message.headers
    .keys()
    .flatMap((name) => message.headers.values(name).map((value) => `${name}: ${value}\r\n`))
  return {
    subject: message.subject,
    seq: message.sequence,
    hdrs: Buffer.from(`NATS/1.0\r\n${lines.join('')}\r\n`).toString('base64'),
    data: Buffer.from(message.data).toString('base64'),
    time: new Date(message.storedAt).toISOString(),
  }
}

function createConsumer(asked: Asked): MemoryConsumer {
  const config = asked.body.config as ConsumerConfig
  const made = asked.server.putConsumer(streamOf(asked), config)
  return made
}

function consumerOf({ server, names: [stream = '', name = ''] }: Asked): MemoryConsumer {
  const consumer = server.consumers.get(stream)?.get(name)
  if (!consumer) throw new ApiError(404, serverCode.consumerNotFound, 'consumer not found')
  return consumer
}

function consumerInfo(consumer: MemoryConsumer, { names: [stream_name] }: Asked): object {
  const { config, name, created } = consumer
  const paused = Date.parse(config.pause_until ?? '') > created.getTime()
  return { stream_name, name, config, created: created.toISOString(), paused, ...consumer.numbers() }
}

function listConsumers(asked: Asked): Packet[] {
  const all = [...(asked.server.consumers.get(asked.names[0] ?? '')?.values() ?? [])]
  const consumers = all.map((consumer) => consumerInfo(consumer, asked))
  const type = 'io.nats.jetstream.api.v1.consumer_list_response'
  return json({ type, total: all.length, offset: 0, limit: 1_000, consumers })
}

function pause(asked: Asked): Packet[] {
  const consumer = consumerOf(asked)
  const until = text(asked.body.pause_until)
  const { pause_until: _, ...config } = consumer.config
  consumer.config = until === undefined ? config : { ...config, pause_until: until }
  return json({ paused: until !== undefined, ...(until !== undefined && { pause_until: until }) })
}

function pull(asked: Asked): Packet[] {
  const { reply = '' } = asked.packet
  const consumer = asked.server.consumers.get(asked.names[0] ?? '')?.get(asked.names[1] ?? '')
  if (!consumer) return [statusPacket('', 404, 'Consumer Not Found')]
  consumer.pull(reply, Number(asked.body.batch ?? 1))
  return []
}

/** ADR-31: one message by sequence or last of a subject, or a batch of them. */
function directGet(asked: Asked): Packet[] {
  const stream = streamOf(asked)
  const [, ...subject] = asked.names
  const { seq, batch, next_by_subj: next, last_by_subj: last, multi_last: multi } = asked.body
  if (Array.isArray(multi)) {
    const found = new Set(
      multi.map((filter) => stream.lastOf(String(filter))).filter((one) => one !== undefined),
    )
    return inBatch(stream, [...found], found.size)
  }
  const lastFilter = subject.length > 0 ? subject.join('.') : text(last)
  if (lastFilter !== undefined) return single(stream, stream.lastOf(lastFilter))
  if (next === undefined) return single(stream, stream.get(Number(seq)))
  const all = [...stream.matching([String(next)], Number(seq ?? 1))]
  return batch === undefined
    ? single(stream, all[0])
    : inBatch(stream, all.slice(0, Number(batch)), all.length)
}

function single(stream: MemoryStream, message: StoredMessage | undefined): Packet[] {
  return [message ? directMessage(stream, message, undefined) : statusPacket('', 404, 'Message Not Found')]
}

function inBatch(stream: MemoryStream, messages: readonly StoredMessage[], total: number): Packet[] {
  if (messages.length === 0) return [statusPacket('', 404, 'No Results')]
  const sent = messages.map((message, index) => directMessage(stream, message, total - index - 1))
  return [...sent, statusPacket('', 204, 'EOB')]
}

function directMessage(stream: MemoryStream, message: StoredMessage, pending: number | undefined): Packet {
  const carried = message.headers ? copyOf(message.headers) : headers()
  carried.set('Nats-Stream', stream.config.name)
  carried.set('Nats-Subject', message.subject)
  carried.set('Nats-Sequence', String(message.sequence))
  carried.set('Nats-Time-Stamp', new Date(message.storedAt).toISOString())
  if (pending !== undefined) carried.set('Nats-Num-Pending', String(pending))
  return { subject: '', reply: undefined, headers: carried, data: message.data }
}
