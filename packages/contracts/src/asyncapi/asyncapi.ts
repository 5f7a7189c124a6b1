import { z } from 'zod'
import type { EventType } from '../define/define-event.ts'
import type { JobType } from '../define/define-job.ts'
import type { RequestType } from '../define/define-request.ts'
import { jobHeader } from '../wire/headers.ts'
import { jobEnded } from '../wire/job-ended.ts'
import { queuedSubject } from '../wire/job-subject.ts'

/** A JSON value that is an object. */
export interface JsonObject {
  readonly [name: string]: unknown
}

/** The job types, events and requests that a document describes. */
export interface Contracts {
  /** The title of the document. */
  readonly title: string
  /** One or two sentences about the system that the messages belong to. */
  readonly description: string
  readonly jobs: readonly JobType[]
  readonly events: readonly DescribedEvent[]
  readonly requests: readonly RequestType[]
}

/** How a document describes an event type; a `*` in the filter is described as the parameter `category`. */
export type DescribedEvent = Pick<EventType, 'filter' | 'title' | 'payload'>

/** One message of the contracts, with everything that the document has about it. */
interface Entry {
  /** Key of the channel, its message and its schema. */
  readonly id: string
  /** The subject; a token in braces is a parameter. */
  readonly address: string
  readonly title: string
  readonly schema: z.ZodType
  /** Whether the services get the message or send it. */
  readonly action: 'receive' | 'send'
  readonly parameters?: JsonObject
  readonly headers?: JsonObject
  readonly extensions?: JsonObject
  readonly reply?: z.ZodType
}

/**
 * The contracts as one AsyncAPI 3 document, for publishers in any language: what the services receive (jobs, requests)
 * and send (events). Payloads are described as a publisher may write them: fields with a default may be left out.
 */
export function asyncApi(contracts: Contracts, version: string): JsonObject {
  const entries = entriesOf(contracts)
  return {
    asyncapi: '3.0.0',
    info: {
      title: contracts.title,
      version,
      description: contracts.description,
      license: { name: 'BSD-2-Clause' },
    },
    defaultContentType: 'application/json',
    channels: Object.assign({}, ...entries.map(channels)),
    operations: Object.fromEntries(entries.map((entry) => [entry.id, operation(entry)])),
    components: {
      messages: Object.assign({}, ...entries.map(messages)),
      schemas: { ...schemasOf(entries, 'draft-7'), jobHeaders: jobHeaders() },
    },
  }
}

/** The JSON Schema (2020-12) of every message, by its name in the AsyncAPI document. */
export function jsonSchemas(contracts: Contracts): JsonObject {
  return schemasOf([...entriesOf(contracts), jobEndedEntry], 'draft-2020-12')
}

function entriesOf({ jobs, events, requests }: Contracts): readonly Entry[] {
  return [...jobs.map(jobEntry), ...events.map(eventEntry), ...requests.map(requestEntry)]
}

const jobEndedEntry: Entry = {
  id: 'job-ended',
  address: 'lifecycles.{machine}.{key}',
  title: 'A job ended',
  schema: jobEnded,
  action: 'send',
}

function jobEntry(type: JobType): Entry {
  const { attempts, timeLimit, priority, maxRunning, unique } = type.delivery
  const entry = {
    id: `jobs.${type.name}`,
    title: type.title,
    schema: type.payload,
    action: 'receive',
    headers: { $ref: '#/components/schemas/jobHeaders' },
    extensions: { 'x-delivery': { attempts, timeLimit, priority, maxRunning, unique: unique?.mode } },
  } as const
  if (unique === undefined) return { ...entry, address: queuedSubject({ type: type.name }) }
  const description =
    'The unique key, encoded as one token. Uniqueness is asked for by the headers Nats-Expected-Last-Subject-Sequence: 0' +
    ` and Nats-Expected-Last-Subject-Sequence-Subject: *.${type.name}.<key>; ${queuedSubject({ type: type.name })} alone works too.`
  return {
    ...entry,
    address: `${queuedSubject({ type: type.name })}.{key}`,
    parameters: { key: { description } },
  }
}

function eventEntry(event: DescribedEvent): Entry {
  const address = event.filter.replace('*', '{category}')
  return {
    id: event.filter.replace('.*', ''),
    address,
    title: event.title,
    schema: event.payload,
    action: 'send',
    ...(address === event.filter ? {} : { parameters: { category: { description: 'See the payload.' } } }),
  }
}

function requestEntry(request: RequestType): Entry {
  return {
    id: request.subject,
    address: request.subject,
    title: request.title,
    schema: request.request,
    action: 'receive',
    reply: request.reply,
  }
}

function channels({ id, address, title, parameters, reply }: Entry): JsonObject {
  const channel = { address, title, messages: { message: { $ref: `#/components/messages/${id}` } } }
  return {
    [id]: parameters === undefined ? channel : { ...channel, parameters },
    ...(reply === undefined
      ? {}
      : {
          [`${id}.reply`]: {
            address: null,
            title: `Reply: ${title}`,
            messages: { message: { $ref: `#/components/messages/${id}.reply` } },
          },
        }),
  }
}

function operation({ id, action, title, extensions, reply }: Entry): JsonObject {
  return {
    action,
    title,
    channel: { $ref: `#/channels/${id}` },
    messages: [{ $ref: `#/channels/${id}/messages/message` }],
    ...(reply === undefined
      ? {}
      : {
          reply: {
            channel: { $ref: `#/channels/${id}.reply` },
            messages: [{ $ref: `#/channels/${id}.reply/messages/message` }],
          },
        }),
    ...extensions,
  }
}

function messages({ id, title, headers, reply }: Entry): JsonObject {
  const payload = (name: string) => ({ payload: { $ref: `#/components/schemas/${name}` } })
  return {
    [id]: { name: id, title, ...payload(id), ...(headers === undefined ? {} : { headers }) },
    ...(reply === undefined
      ? {}
      : { [`${id}.reply`]: { name: `${id}.reply`, title: `Reply: ${title}`, ...payload(`${id}.reply`) } }),
  }
}

function schemasOf(entries: readonly Entry[], target: 'draft-7' | 'draft-2020-12'): JsonObject {
  const schema = (type: z.ZodType): JsonObject => z.toJSONSchema(type, { io: 'input', target })
  return Object.fromEntries(
    entries.flatMap((entry) => [
      [entry.id, schema(entry.schema)] as const,
      ...(entry.reply === undefined ? [] : [[`${entry.id}.reply`, schema(entry.reply)] as const]),
    ]),
  )
}

function jobHeaders(): JsonObject {
  const names: readonly string[] = Object.values(jobHeader)
  return {
    type: 'object',
    description: 'All optional: a message without headers is a valid job.',
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  }
}
