import type { z } from 'zod'
import type { EventType } from '../define/define-event.ts'
import type { JobType, PayloadInputOf } from '../define/define-job.ts'
import { type Duration, milliseconds } from '../define/duration.ts'
import { parsePayload } from '../define/payload.ts'
import { refusesSecond } from '../define/unique.ts'
import { jobHeader, natsHeader } from '../wire/headers.ts'
import { anywhereSubject, jobAddress, queuedSubject, scheduledSubject } from '../wire/job-subject.ts'
import { contextHeaders, type MessageContext } from '../wire/message-context.ts'
import { checkHeaderValue, MessageInvalidError, receiverProblem } from '../wire/message-rules.ts'
import { type OutgoingMessage, scheduleHeaders } from '../wire/outgoing-message.ts'

/** What a publisher may set for a job apart from its payload. */
export interface JobOptions extends MessageContext {
  /** How long to wait before the job runs. Not together with `at`. */
  readonly delay?: Duration
  /** When the job is to run; a time in the past means at once. Not together with `delay`. */
  readonly at?: Date
  /** The job's id. Default: a new UUID. The same id twice within the stream's duplicate window is stored once. */
  readonly id?: string
}

/** What only the runtime sets, beside the options of a publisher: for messages that belong to a batch, a lifecycle or a schedule. */
export interface RuntimeJobOptions extends JobOptions {
  /** The subject to which the job's end is reported, see `jobEnded`. */
  readonly notify?: string
  /** The id of the batch that the job belongs to. */
  readonly batch?: string
  /** `false` publishes a job of a unique type although one of its key is stored. A delayed job of the key is then replaced. */
  readonly unique?: false
}

/** Options that only the runtime sets, for a method that takes those of a publisher. */
export function runtimeOptions(options: RuntimeJobOptions): JobOptions {
  return options
}

/** Chance and time, brought in by the caller. */
export interface Stamp {
  /** A new unique id. */
  readonly id: string
  readonly now: Date
}

/** A job ready to be published, with what a publisher needs to know about it. */
export interface PreparedJob {
  readonly id: string
  /** The unique key, or undefined for a type that has none. */
  readonly key: string | undefined
  /** Whether it matters that it is stored after the jobs of its subject that are published before it. */
  readonly keepsOrder: boolean
  readonly message: OutgoingMessage
}

/**
 * A job as a message. Pure: the same input gives the same message.
 *
 * A job to run later goes to `schedules.<type>.<key or id>` and carries the time and `jobs.…` as its target. A job of a
 * unique type is refused by the server (error 10071) while a message of its key is stored, see `UniqueMode`; a debounced one
 * replaces the one that is delayed.
 *
 * @throws PayloadInvalidError if the payload does not fit the type's schema.
 * @throws TypeError if the options contradict each other or cannot be headers.
 */
export function jobMessage<Type extends JobType>(
  type: Type,
  payload: PayloadInputOf<Type>,
  options: RuntimeJobOptions,
  stamp: Stamp,
): OutgoingMessage {
  return prepareJob(type, payload, options, stamp).message
}

/** As {@link jobMessage}, with the job's id and key beside the message. */
export function prepareJob(
  type: JobType,
  payload: unknown,
  options: RuntimeJobOptions,
  stamp: Stamp,
): PreparedJob {
  const parsed = parsePayload(type.name, type.payload, payload)
  const id = options.id ?? stamp.id
  const { unique, ordered } = type.delivery
  const key = unique?.key(parsed)
  const target = queuedSubject(jobAddress(type.name, key ?? ordered?.(parsed)))
  const isDebounced = unique?.mode === 'debounce' && options.delay === undefined && options.at === undefined
  const at = dueTime(isDebounced ? { ...options, delay: unique.window } : options, stamp.now)
  const headers: Record<string, string> = {
    [natsHeader.msgId]: id,
  }
  describe(headers, id, options, stamp.now)
  if (key !== undefined && unique !== undefined && refusesSecond(unique.mode)) {
    headers[jobHeader.unique] = unique.mode
    if (options.unique !== false) Object.assign(headers, uniqueHeaders(type, key))
  }
  if (isDebounced) Object.assign(headers, debounceHeaders(unique, stamp.now))
  if (at !== undefined) Object.assign(headers, scheduleHeaders(at, target))
  const subject = at === undefined ? target : scheduledSubject(jobAddress(type.name, key ?? id))
  return {
    id,
    key,
    keepsOrder: ordered !== undefined || isDebounced,
    message: { subject, headers: checkHeaders(headers), body: JSON.stringify(parsed) },
  }
}

/**
 * An event as a message.
 *
 * @throws PayloadInvalidError if the payload does not fit the type's schema.
 */
export function eventMessage<Schema extends z.ZodType>(
  type: EventType<Schema>,
  payload: z.input<Schema>,
  { id, ...context }: Pick<Stamp, 'id'> & MessageContext,
): OutgoingMessage {
  const parsed = parsePayload(type.filter, type.payload, payload)
  return {
    subject: type.subject(parsed),
    headers: checkHeaders({ [natsHeader.msgId]: id, ...contextHeaders(context) }),
    body: JSON.stringify(parsed),
  }
}

/** The publisher replaces them by those of the job that waits, see `withLongestWait`. */
function debounceHeaders({ maxWait }: { readonly maxWait?: Duration }, now: Date): Record<string, string> {
  return maxWait === undefined
    ? {}
    : { [jobHeader.debouncedSince]: now.toISOString(), [jobHeader.maxWait]: String(milliseconds(maxWait)) }
}

function dueTime({ delay, at }: JobOptions, now: Date): Date | undefined {
  if (delay !== undefined && at !== undefined) throw new TypeError('a job has a delay or a time, not both')
  const due = delay === undefined ? at : new Date(now.getTime() + milliseconds(delay))
  if (due === undefined) return undefined
  if (Number.isNaN(due.getTime())) throw new TypeError('a job cannot run at an invalid date')
  return due.getTime() <= now.getTime() ? undefined : due
}

/** Adds what describes the job. One by one, into one object: this is done for each of a hundred thousand jobs. */
function describe(headers: Record<string, string>, id: string, options: RuntimeJobOptions, now: Date): void {
  const problem = options.notify === undefined ? undefined : receiverProblem(options.notify)
  if (problem !== undefined) throw new TypeError(`notify must be a subject of the receiver: ${problem}`)
  headers[jobHeader.id] = id
  headers[jobHeader.enqueuedAt] = now.toISOString()
  if (options.notify !== undefined) headers[jobHeader.notify] = options.notify
  if (options.actor !== undefined) headers[jobHeader.actor] = options.actor
  if (options.batch !== undefined) headers[jobHeader.batch] = options.batch
  if (options.traceparent !== undefined) headers[jobHeader.traceparent] = options.traceparent
  if (options.tracestate !== undefined) headers[jobHeader.tracestate] = options.tracestate
}

function uniqueHeaders(type: JobType, key: string): Record<string, string> {
  return {
    [natsHeader.expectedLastSubjectSequence]: '0',
    [natsHeader.expectedLastSubjectSequenceSubject]: anywhereSubject(jobAddress(type.name, key)),
  }
}

function checkHeaders(headers: Record<string, string>): Record<string, string> {
  for (const name in headers) {
    const value = headers[name] ?? ''
    if (value === '') throw new MessageInvalidError(`the header "${name}" must not be empty`)
    checkHeaderValue(name, value)
  }
  return headers
}
