import { storableJson } from '@danbooru-jobs/actors/internal'
import type { JobState } from '@danbooru-jobs/contracts'
import { storableText, type TerminationCode, terminationCodes } from '@danbooru-jobs/contracts/wire'
import type { EventEntry, Report } from '../read/log-entry.ts'
import type { JobRecord } from './job-record.ts'

/** A record in the making. */
type Draft = { -readonly [Column in keyof JobRecord]: JobRecord[Column] }

/**
 * A record with one more event applied. Events may come in any order and more than once: every column keeps the value of the event
 * with the highest rank, so the result is the same.
 */
export function applyEvent(record: JobRecord, event: EventEntry): JobRecord {
  const draft = { ...record }
  takeState(draft, event)
  takeDetails(draft, event)
  takeContinuation(draft)
  takeDuration(draft)
  return draft
}

/** The attempt that an event is about. */
export function attemptOf(record: Pick<JobRecord, 'attemptsBefore' | 'attempts'>, event: EventEntry): number {
  switch (event.kind) {
    case 'report':
      return event.report.attempt
    case 'settled':
      return record.attempts
    case 'acknowledged':
    case 'naked':
    case 'terminated':
      return record.attemptsBefore + event.deliveries
    default:
      return event satisfies never
  }
}

const phases = { started: 1, running: 2, failed: 3, naked: 4, ended: 5 } as const
const ended = { settled: 1_000_000_000_000, reported: 2_000_000_000_000 } as const
/** A parked job's message is acknowledged without an end: the job continues as another message. */
const parked = 3_000_000_000_000

/** Later attempts rank higher, and within an attempt its later phases. An end ranks highest, and the server's event above a guess. */
function rankOf(record: JobRecord, event: EventEntry): number {
  switch (event.kind) {
    case 'acknowledged':
    case 'terminated':
      return ended.reported
    case 'settled':
      return ended.settled
    case 'naked':
      return attemptOf(record, event) * 16 + phases.naked
    case 'report':
      return event.report.kind === 'parked' ? parked : event.report.attempt * 16 + phases[event.report.kind]
    default:
      return event satisfies never
  }
}

function takeState(draft: Draft, event: EventEntry): void {
  const rank = rankOf(draft, event)
  if (rank < draft.eventRank || (rank === draft.eventRank && event.at <= draft.eventAt)) return
  const over = rank >= ended.settled && rank < parked
  draft.state = stateAfter(event)
  draft.endedAt = over ? event.at : null
  draft.reason = over ? reasonOf(event) : null
  draft.eventRank = rank
  draft.eventAt = event.at
  if (draft.state === 'discarded' && draft.errorAttempt === null) takeErrorOfReason(draft, event)
}

function stateAfter(event: EventEntry): JobState {
  switch (event.kind) {
    case 'acknowledged':
      return 'done'
    case 'naked':
      return 'retrying'
    case 'terminated':
      return terminationCode(event.reason) === 'cancelled' ? 'cancelled' : 'discarded'
    case 'settled':
      return event.state
    case 'report':
      if (event.report.kind === 'parked') return 'waiting'
      return event.report.kind === 'failed' && event.report.nextAttemptAt !== undefined
        ? 'retrying'
        : 'running'
    default:
      return event satisfies never
  }
}

/** The first word of a termination's reason; a reason that begins otherwise comes from another program. */
export function terminationCode(reason: string): TerminationCode {
  const word = /^[a-z-]+(?=:|$)/.exec(reason)?.[0]
  return terminationCodes.find((code) => code === word) ?? 'discarded'
}

function reasonOf(event: EventEntry): string | null {
  return event.kind === 'terminated' || event.kind === 'settled' ? (event.reason ?? null) : null
}

/** A job that was discarded before an attempt failed has its reason as the error, so that a search for it finds the job. */
function takeErrorOfReason(draft: Draft, event: EventEntry): void {
  const reason = reasonOf(event) ?? ''
  draft.errorMessage = reason
  draft.errorCode = terminationCode(reason)
}

function takeDetails(draft: Draft, event: EventEntry): void {
  const attempt = attemptOf(draft, event)
  draft.attempts = Math.max(draft.attempts, attempt)
  if ('deliveries' in event) draft.deliveries = Math.max(draft.deliveries, event.deliveries)
  if (event.kind === 'acknowledged') takeStart(draft, attempt, startOf(draft, event))
  if (event.kind === 'report') takeReport(draft, event.report, event.at)
}

/** By rounding, a job may seem to have started a millisecond before it was queued. */
function startOf(
  { queuedAt }: JobRecord,
  { at, took }: Extract<EventEntry, { kind: 'acknowledged' }>,
): number {
  return Math.max(Math.min(queuedAt, at), at - took)
}

function takeReport(draft: Draft, report: Report, at: number): void {
  if (report.startedAt !== undefined) takeStart(draft, report.attempt, report.startedAt)
  if (report.attempt >= (draft.reportedAttempt ?? 0)) {
    const before = report.attempt === draft.reportedAttempt ? draft.result : null
    draft.reportedAttempt = report.attempt
    draft.host = report.host
    draft.crashes = report.crashes
    draft.result = storableJson(report.result) ?? before
  }
  if (report.progress !== undefined && at > (draft.progressAt ?? 0)) {
    draft.progress = storableJson(report.progress) ?? null
    draft.progressAt = at
  }
  if (report.error !== undefined && report.attempt >= (draft.errorAttempt ?? 0)) {
    draft.errorName = storableText(report.error.name)
    draft.errorMessage = storableText(report.error.message)
    draft.errorCode = report.error.code === undefined ? null : storableText(report.error.code)
    draft.errorAttempt = report.attempt
    draft.retryAt = report.nextAttemptAt ?? null
  }
}

/** Of two times for the start of the same attempt the earlier one counts; only the latest attempt is kept. */
function takeStart(draft: Draft, attempt: number, startedAt: number): void {
  draft.waitMs = Math.min(draft.waitMs ?? Number.POSITIVE_INFINITY, Math.max(0, startedAt - draft.queuedAt))
  const known = draft.startedAttempt ?? -1
  if (attempt < known || (attempt === known && startedAt >= (draft.startedAt ?? 0))) return
  draft.startedAt = startedAt
  draft.startedAttempt = attempt
}

/**
 * A message that is acknowledged although its last attempt failed and another one is to come: the job continues as another message.
 * Decided from the columns, so that the order of the entries makes no difference.
 */
function takeContinuation(draft: Draft): void {
  const isAcknowledged =
    draft.eventRank === ended.reported && (draft.state === 'done' || draft.state === 'retrying')
  if (!isAcknowledged) return
  const continues = draft.retryAt !== null && draft.errorAttempt === draft.attempts
  draft.state = continues ? 'retrying' : 'done'
  draft.endedAt = continues ? null : draft.eventAt
}

function takeDuration(draft: Draft): void {
  const { endedAt, startedAt } = draft
  draft.durationMs = endedAt === null || startedAt === null ? null : Math.max(0, endedAt - startedAt)
}
