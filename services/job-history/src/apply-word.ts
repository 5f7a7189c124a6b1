import type { JobState } from '@danbooru-jobs/contracts'
import { type TerminationCode, terminationCodes } from '@danbooru-jobs/contracts/wire'
import type { JobRecord } from './job-record.ts'
import type { Report, WordEntry } from './log-entry.ts'
import { storableJson, storableText } from './storable.ts'

/** A record in the making. */
type Draft = { -readonly [Column in keyof JobRecord]: JobRecord[Column] }

/**
 * A record with one more word taken in. Words may come in any order and more than once: every column keeps what the weightiest
 * word said about it, so the end is the same.
 */
export function applyWord(record: JobRecord, word: WordEntry): JobRecord {
  const draft = { ...record }
  takeState(draft, word)
  takeDetails(draft, word)
  takeContinuation(draft)
  takeDuration(draft)
  return draft
}

/** The attempt a word is about. */
export function attemptOf(record: Pick<JobRecord, 'attemptsBefore' | 'attempts'>, word: WordEntry): number {
  switch (word.kind) {
    case 'report':
      return word.report.attempt
    case 'settled':
      return record.attempts
    case 'acknowledged':
    case 'naked':
    case 'terminated':
      return record.attemptsBefore + word.deliveries
    default:
      return word satisfies never
  }
}

const phases = { started: 1, running: 2, failed: 3, naked: 4, ended: 5 } as const
const ended = { settled: 1_000_000_000_000, told: 2_000_000_000_000 } as const
/** A parked job's message is acknowledged without an end: the job goes on as another message. */
const parked = 3_000_000_000_000

/** Later attempts weigh more, and within one its later phases; the end weighs most, and the server's word more than a guess. */
function rankOf(record: JobRecord, word: WordEntry): number {
  switch (word.kind) {
    case 'acknowledged':
    case 'terminated':
      return ended.told
    case 'settled':
      return ended.settled
    case 'naked':
      return attemptOf(record, word) * 16 + phases.naked
    case 'report':
      return word.report.kind === 'parked' ? parked : word.report.attempt * 16 + phases[word.report.kind]
    default:
      return word satisfies never
  }
}

function takeState(draft: Draft, word: WordEntry): void {
  const rank = rankOf(draft, word)
  if (rank < draft.wordRank || (rank === draft.wordRank && word.at <= draft.wordAt)) return
  const over = rank >= ended.settled && rank < parked
  draft.state = stateAfter(word)
  draft.endedAt = over ? word.at : null
  draft.reason = over ? reasonOf(word) : null
  draft.wordRank = rank
  draft.wordAt = word.at
  if (draft.state === 'discarded' && draft.errorAttempt === null) takeErrorOfReason(draft, word)
}

function stateAfter(word: WordEntry): JobState {
  switch (word.kind) {
    case 'acknowledged':
      return 'done'
    case 'naked':
      return 'retrying'
    case 'terminated':
      return terminationCode(word.reason) === 'cancelled' ? 'cancelled' : 'discarded'
    case 'settled':
      return word.state
    case 'report':
      if (word.report.kind === 'parked') return 'waiting'
      return word.report.kind === 'failed' && word.report.nextAttemptAt !== undefined ? 'retrying' : 'running'
    default:
      return word satisfies never
  }
}

/** The first word of a termination's reason; a reason that begins otherwise was somebody's own. */
export function terminationCode(reason: string): TerminationCode {
  const word = /^[a-z-]+(?=:|$)/.exec(reason)?.[0]
  return terminationCodes.find((code) => code === word) ?? 'discarded'
}

function reasonOf(word: WordEntry): string | null {
  return word.kind === 'terminated' || word.kind === 'settled' ? (word.reason ?? null) : null
}

/** A job that was discarded before an attempt failed has its reason for an error, so that it is found by it. */
function takeErrorOfReason(draft: Draft, word: WordEntry): void {
  const reason = reasonOf(word) ?? ''
  draft.errorMessage = reason
  draft.errorCode = terminationCode(reason)
}

function takeDetails(draft: Draft, word: WordEntry): void {
  const attempt = attemptOf(draft, word)
  draft.attempts = Math.max(draft.attempts, attempt)
  if ('deliveries' in word) draft.deliveries = Math.max(draft.deliveries, word.deliveries)
  if (word.kind === 'acknowledged') takeStart(draft, attempt, startOf(draft, word))
  if (word.kind === 'report') takeReport(draft, word.report, word.at)
}

/** To the millisecond a job may seem to have started before it was queued. */
function startOf(
  { queuedAt }: JobRecord,
  { at, took }: Extract<WordEntry, { kind: 'acknowledged' }>,
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

/** Of two stories about the start of the same attempt the earlier one holds; only the latest attempt counts. */
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
    draft.wordRank === ended.told && (draft.state === 'done' || draft.state === 'retrying')
  if (!isAcknowledged) return
  const continues = draft.retryAt !== null && draft.errorAttempt === draft.attempts
  draft.state = continues ? 'retrying' : 'done'
  draft.endedAt = continues ? null : draft.wordAt
}

function takeDuration(draft: Draft): void {
  const { endedAt, startedAt } = draft
  draft.durationMs = endedAt === null || startedAt === null ? null : Math.max(0, endedAt - startedAt)
}
