import {
  type JobReport,
  jobHeader,
  jobIdOf,
  jobReport,
  jobTypeOfSubject,
  natsHeader,
  streamName,
} from '@danbooru-jobs/contracts'
import { z } from 'zod'
import type { LogEntry, Report, StoredEntry } from './log-entry.ts'
import { storableText, storedPayload } from './storable.ts'

/** A message of the job log, or of the queue, whatever client has read it. */
export interface RawMessage {
  readonly subject: string
  readonly data: Uint8Array
  header(name: string): string | undefined
  headerNames(): readonly string[]
}

const storedPrefix = 'job-log.stored.'
const reportPrefix = 'job-log.report.'
const metricPrefix = '$JS.EVENT.METRIC.CONSUMER.ACK.'
const advisoryPrefix = '$JS.EVENT.ADVISORY.CONSUMER.'

/** What a message of the job log says about a job; undefined if it says nothing about one, or cannot be read. */
export function readLogMessage(message: RawMessage, logSequence: number): LogEntry | undefined {
  const { subject } = message
  if (subject.startsWith(storedPrefix)) return readStoredCopy(message, logSequence)
  if (subject.startsWith(metricPrefix)) return readMetric(message, logSequence)
  if (subject.startsWith(reportPrefix)) return readReport(message, logSequence)
  if (subject.startsWith(advisoryPrefix)) return readAdvisory(message, logSequence)
  return undefined
}

/** A message of the stream JOBS as it stands there; undefined for a schedule that fires more than once. */
export function readQueued(
  message: RawMessage,
  place: { readonly sequence: number; readonly storedAt: number; readonly logSequence?: number },
): StoredEntry | undefined {
  const { header } = message
  const schedule = header(natsHeader.schedule)
  const scheduledFor = schedule === undefined ? undefined : oneShot(schedule)
  if (schedule !== undefined && scheduledFor === undefined) return undefined
  const subject =
    schedule === undefined ? message.subject : (header(natsHeader.scheduleTarget) ?? message.subject)
  const jobId = storableText(jobIdOf(header, place.sequence))
  const messageId = header(natsHeader.msgId)
  return {
    kind: 'stored',
    logSequence: place.logSequence ?? 0,
    sequence: place.sequence,
    jobId,
    again: header(jobHeader.attempts) !== undefined || (messageId !== undefined && messageId !== jobId),
    type: storableText(jobTypeOfSubject(message.subject) ?? ''),
    subject: storableText(subject),
    key: storableText(subject.split('.').slice(2).join('.')) || undefined,
    queuedAt: place.storedAt,
    enqueuedAt: timeOf(header(jobHeader.enqueuedAt)) ?? place.storedAt,
    scheduledFor,
    attemptsBefore: attemptsOf(header(jobHeader.attempts)),
    actor: textOf(header(jobHeader.actor)),
    batch: textOf(header(jobHeader.batch)),
    traceparent: textOf(header(jobHeader.traceparent)),
    headers: otherHeaders(message),
    payload: storedPayload(message.data),
  }
}

function readStoredCopy(message: RawMessage, logSequence: number): StoredEntry | undefined {
  const sequence = Number(message.header(natsHeader.sequence))
  const storedAt = timeOf(message.header(natsHeader.timeStamp))
  if (!Number.isSafeInteger(sequence) || sequence <= 0 || storedAt === undefined) return undefined
  const subject = message.subject.slice(storedPrefix.length)
  const original: RawMessage = {
    subject,
    data: message.data,
    header: (name) => message.header(name),
    headerNames: () => message.headerNames(),
  }
  return readQueued(original, { sequence, storedAt, logSequence })
}

/** What the server's metrics and advisories about a consumer have in common (`io.nats.jetstream.advisory.v1.…`). */
const consumerEvent = z.object({
  timestamp: z.string(),
  stream: z.literal(streamName.jobs),
  consumer: z.string(),
  stream_seq: z.number(),
  deliveries: z.number(),
  ack_time: z.number().default(0),
  reason: z.string().default(''),
})

function readMetric(message: RawMessage, logSequence: number): LogEntry | undefined {
  const event = readEvent(message)
  return event && { ...wordOf(event, logSequence), kind: 'acknowledged', took: event.ack_time / 1e6 }
}

function readAdvisory(message: RawMessage, logSequence: number): LogEntry | undefined {
  const what = message.subject.slice(advisoryPrefix.length).split('.', 1)[0]
  if (what !== 'MSG_NAKED' && what !== 'MSG_TERMINATED' && what !== 'MAX_DELIVERIES') return undefined
  const event = readEvent(message)
  if (event === undefined) return undefined
  const word = wordOf(event, logSequence)
  if (what === 'MSG_NAKED') return { ...word, kind: 'naked' }
  const reason =
    what === 'MAX_DELIVERIES'
      ? `attempts-exhausted: the server gives up after ${event.deliveries} deliveries`
      : event.reason
  return { ...word, kind: 'terminated', reason: storableText(reason) }
}

type ConsumerEvent = z.output<typeof consumerEvent>

function readEvent(message: RawMessage): ConsumerEvent | undefined {
  return consumerEvent.safeParse(parseJson(message.data)).data
}

function wordOf(event: ConsumerEvent, logSequence: number) {
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

function reportOf(report: JobReport): Report {
  const { kind, attempt, crashes, error, progress, lines, result } = report
  const { host, jobId, startedAt, nextAttemptAt } = report
  return {
    ...{ kind, error, progress, result },
    attempt: attemptsOf(String(attempt)),
    crashes: attemptsOf(String(crashes)),
    host: storableText(host),
    jobId: storableText(jobId),
    lines: lines?.map(storableText) ?? [],
    startedAt: timeOf(startedAt),
    nextAttemptAt: timeOf(nextAttemptAt),
  }
}

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(data))
  } catch {
    return undefined
  }
}

function oneShot(schedule: string): number | undefined {
  return schedule.startsWith('@at ') ? timeOf(schedule.slice(4).trim()) : undefined
}

const earliest = Date.UTC(1970, 0, 1)
const latest = Date.UTC(9999, 0, 1)

/** Milliseconds; undefined for what is no time, or one that no job can mean. */
function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return time >= earliest && time < latest ? time : undefined
}

function textOf(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : storableText(text)
}

/** Numbers beyond this do not fit their column. */
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

function otherHeaders(message: RawMessage): Record<string, string> | undefined {
  let others: Record<string, string> | undefined
  for (const name of message.headerNames()) {
    if (name.startsWith('Nats-') || withColumn.has(name)) continue
    others ??= {}
    others[storableText(name)] = storableText(message.header(name) ?? '')
  }
  return others
}
