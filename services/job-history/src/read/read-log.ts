import {
  type JobReport,
  jobHeader,
  jobIdOf,
  jobLogPrefix,
  jobReport,
  jobsRemoved,
  jobTypeOfSubject,
  keyOfSubject,
  natsHeader,
  storableId,
  storableText,
  storedState,
  streamName,
  vanishedReason,
} from '@danbooru-jobs/contracts/wire'
import type { LogEntry, Report, StoredEntry } from './log-entry.ts'
import { timeOf } from './read-time.ts'
import { storedPayload } from './stored-payload.ts'

/** A message of the job log or of the queue, whichever client read it. */
export interface RawMessage {
  readonly subject: string
  readonly data: Uint8Array
  /** By name as on the wire; of several values the first. */
  readonly headers: ReadonlyMap<string, string>
}

const nothing: readonly LogEntry[] = []

/** The entries of a message of the job log: none if it is not about a job, or cannot be read. */
export function readLogMessage(message: RawMessage, logSequence: number): readonly LogEntry[] {
  const { subject } = message
  if (subject.startsWith(jobLogPrefix.removed)) return readRemoved(message, logSequence)
  const entry = readOne(message, logSequence)
  return entry === undefined ? nothing : [entry]
}

function readOne(message: RawMessage, logSequence: number): LogEntry | undefined {
  const { subject } = message
  if (subject.startsWith(jobLogPrefix.stored)) return readStoredCopy(message, logSequence)
  if (subject.startsWith(jobLogPrefix.acknowledged)) return readMetric(message, logSequence)
  if (subject.startsWith(jobLogPrefix.report)) return readReport(message, logSequence)
  if (subject.startsWith(jobLogPrefix.advisory)) return readAdvisory(message, logSequence)
  return undefined
}

/** A message of the stream JOBS; undefined for a schedule that fires more than once. */
export function readQueued(
  message: RawMessage,
  place: { readonly sequence: number; readonly storedAt: number; readonly logSequence?: number },
): StoredEntry | undefined {
  const header = (name: string) => message.headers.get(name)
  const schedule = header(natsHeader.schedule)
  const scheduledFor = schedule === undefined ? undefined : oneShot(schedule)
  if (schedule !== undefined && scheduledFor === undefined) return undefined
  const subject =
    schedule === undefined ? message.subject : (header(natsHeader.scheduleTarget) ?? message.subject)
  const jobId = jobIdOf(header, place.sequence)
  const messageId = header(natsHeader.msgId)
  return {
    kind: 'stored',
    logSequence: place.logSequence ?? 0,
    sequence: place.sequence,
    jobId,
    appearance: appearanceOf(jobId, messageId, header(jobHeader.attempts)),
    type: storableText(jobTypeOfSubject(message.subject) ?? ''),
    subject: storableText(subject),
    key: storableText(keyOfSubject(subject) ?? '') || undefined,
    queuedAt: place.storedAt,
    enqueuedAt: timeOf(header(jobHeader.enqueuedAt)) ?? place.storedAt,
    state: storedState(header),
    scheduledFor,
    attemptsBefore: attemptsOf(header(jobHeader.attempts)),
    actor: textOf(header(jobHeader.actor)),
    batch: textOf(header(jobHeader.batch)),
    traceparent: textOf(header(jobHeader.traceparent)),
    headers: otherHeaders(message),
    payload: storedPayload(message.data),
  }
}

/** An id that is also its message's id was made for this message; the server accepts a message id once in its duplicate window. */
function appearanceOf(jobId: string, messageId: string | undefined, attempts: string | undefined) {
  if (attempts !== undefined || (messageId !== undefined && messageId !== jobId)) return 'again'
  return messageId === undefined ? 'open' : 'first'
}

function readStoredCopy(message: RawMessage, logSequence: number): StoredEntry | undefined {
  const sequence = Number(message.headers.get(natsHeader.sequence))
  const storedAt = timeOf(message.headers.get(natsHeader.timeStamp))
  if (!Number.isSafeInteger(sequence) || sequence <= 0 || storedAt === undefined) return undefined
  const subject = message.subject.slice(jobLogPrefix.stored.length)
  const original = { subject, data: message.data, headers: message.headers }
  return readQueued(original, { sequence, storedAt, logSequence })
}

/** What the server's metrics and advisories about a consumer have in common (`io.nats.jetstream.advisory.v1.…`). */
interface ConsumerEvent {
  readonly timestamp: string
  readonly stream: string
  readonly consumer: string
  readonly stream_seq: number
  readonly deliveries: number
  readonly ack_time?: number
  readonly reason?: string
}

function readMetric(message: RawMessage, logSequence: number): LogEntry | undefined {
  const event = readEvent(message)
  return event && { ...fieldsOf(event, logSequence), kind: 'acknowledged', took: (event.ack_time ?? 0) / 1e6 }
}

function readAdvisory(message: RawMessage, logSequence: number): LogEntry | undefined {
  const what = message.subject.slice(jobLogPrefix.advisory.length).split('.', 1)[0]
  if (what !== 'MSG_NAKED' && what !== 'MSG_TERMINATED' && what !== 'MAX_DELIVERIES') return undefined
  const event = readEvent(message)
  if (event === undefined || event.reason === vanishedReason) return undefined
  const fields = fieldsOf(event, logSequence)
  if (what === 'MSG_NAKED') return { ...fields, kind: 'naked' }
  const reason =
    what === 'MAX_DELIVERIES'
      ? `attempts-exhausted: the server gives up after ${event.deliveries} deliveries`
      : (event.reason ?? '')
  return { ...fields, kind: 'terminated', reason: storableText(reason) }
}

/** Checked without a schema library, for speed: half of all messages are of this kind. */
function readEvent(message: RawMessage): ConsumerEvent | undefined {
  const event = parseJson(message.data)
  return isConsumerEvent(event) ? event : undefined
}

function isConsumerEvent(value: unknown): value is ConsumerEvent {
  if (typeof value !== 'object' || value === null) return false
  const { timestamp, stream, consumer, stream_seq, deliveries, ack_time, reason } = value as Partial<
    Record<keyof ConsumerEvent, unknown>
  >
  return (
    stream === streamName.jobs &&
    typeof timestamp === 'string' &&
    typeof consumer === 'string' &&
    Number.isSafeInteger(stream_seq) &&
    Number.isSafeInteger(deliveries) &&
    ['number', 'undefined'].includes(typeof ack_time) &&
    ['string', 'undefined'].includes(typeof reason)
  )
}

function fieldsOf(event: ConsumerEvent, logSequence: number) {
  return {
    logSequence,
    sequence: event.stream_seq,
    type: event.consumer,
    at: timeOf(event.timestamp) ?? 0,
    deliveries: event.deliveries,
  }
}

function readReport(message: RawMessage, logSequence: number): LogEntry | undefined {
  const parsed = jobReport.safeParse(parseJson(message.data)).data
  if (parsed === undefined || !Number.isSafeInteger(parsed.streamSequence)) return undefined
  const { streamSequence: sequence, jobType: type, at } = parsed
  return { kind: 'report', logSequence, sequence, type, at: timeOf(at) ?? 0, report: reportOf(parsed) }
}

/** Jobs that an operator took off the queue end as if a worker had terminated them. */
function readRemoved(message: RawMessage, logSequence: number): readonly LogEntry[] {
  const removed = jobsRemoved.safeParse(parseJson(message.data)).data
  if (removed === undefined) return nothing
  const { jobType: type, reason } = removed
  const at = timeOf(removed.at) ?? 0
  return removed.streamSequences.filter(Number.isSafeInteger).map((sequence) => ({
    kind: 'terminated',
    logSequence,
    sequence,
    type: storableText(type),
    at,
    deliveries: 0,
    reason: storableText(reason),
  }))
}

function reportOf(report: JobReport): Report {
  const { kind, attempt, crashes, error, progress, lines, result } = report
  const { host, jobId, startedAt, nextAttemptAt } = report
  return {
    ...{ kind, error, progress, result },
    attempt: attemptsOf(String(attempt)),
    crashes: attemptsOf(String(crashes)),
    host: storableText(host),
    jobId: storableId(jobId),
    lines: lines?.map(storableText) ?? [],
    startedAt: timeOf(startedAt),
    nextAttemptAt: timeOf(nextAttemptAt),
  }
}

const decoder = new TextDecoder()

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(data))
  } catch {
    return undefined
  }
}

function oneShot(schedule: string): number | undefined {
  return schedule.startsWith('@at ') ? timeOf(schedule.slice(4).trim()) : undefined
}

function textOf(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : storableText(text)
}

/** Larger numbers do not fit their column. */
const mostAttempts = 100_000_000

function attemptsOf(text: string | undefined): number {
  const attempts = Number(text ?? 0)
  return Number.isSafeInteger(attempts) && attempts >= 0 ? Math.min(attempts, mostAttempts) : 0
}

const withColumn = new Set<string>([
  jobHeader.id,
  jobHeader.attempts,
  jobHeader.enqueuedAt,
  jobHeader.actor,
  jobHeader.batch,
  jobHeader.traceparent,
])

function otherHeaders({ headers }: RawMessage): Record<string, string> | undefined {
  let others: Record<string, string> | undefined
  for (const [name, value] of headers) {
    if (name.startsWith('Nats-') || withColumn.has(name)) continue
    others ??= {}
    others[storableText(name)] = storableText(value)
  }
  return others
}

/** Headers of a client's message; a name without a value does not count. */
export function headersOf(headers: Iterable<[string, string[]]> | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [name, [value]] of headers ?? []) if (value) found.set(name, value)
  return found
}
