import type { JobState } from '@danbooru-jobs/actors'
import { type TerminationCode, terminationCodes } from '@danbooru-jobs/contracts'
import type { JobRecord } from './job-record.ts'
import type { Report, WordEntry } from './log-entry.ts'
import { storableJson, storableText } from './storable.ts'

/**
 * A record with one more word taken in. Words may come in any order and more than once: every column keeps what the weightiest
 * word said about it, so the end is the same.
 */
export function applyWord(record: JobRecord, word: WordEntry): JobRecord {
  return withTimings(withDetails(withState(record, word), word))
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

function withState(record: JobRecord, word: WordEntry): JobRecord {
  const rank = rankOf(record, word)
  if (rank < record.wordRank || (rank === record.wordRank && word.at <= record.wordAt)) return record
  const state = stateAfter(word)
  const over = rank >= ended.settled && rank < parked
  return {
    ...record,
    ...(state === 'discarded' && record.errorAttempt === null && errorOfReason(word)),
    state,
    endedAt: over ? word.at : null,
    reason: over ? reasonOf(word) : null,
    wordRank: rank,
    wordAt: word.at,
  }
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
      if (word.report.kind === 'parked') return 'scheduled'
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
function errorOfReason(word: WordEntry): Pick<JobRecord, 'errorMessage' | 'errorCode'> {
  const reason = reasonOf(word) ?? ''
  return { errorMessage: reason, errorCode: terminationCode(reason) }
}

function withDetails(record: JobRecord, word: WordEntry): JobRecord {
  const attempt = attemptOf(record, word)
  const counted = {
    ...record,
    attempts: Math.max(record.attempts, attempt),
    deliveries: Math.max(record.deliveries, 'deliveries' in word ? word.deliveries : 0),
  }
  if (word.kind === 'acknowledged') return withStart(counted, attempt, startOf(counted, word))
  if (word.kind === 'report') return withReport(counted, word.report, word.at)
  return counted
}

/** To the millisecond a job may seem to have started before it was queued. */
function startOf(
  { queuedAt }: JobRecord,
  { at, took }: Extract<WordEntry, { kind: 'acknowledged' }>,
): number {
  return Math.max(Math.min(queuedAt, at), at - took)
}

function withReport(record: JobRecord, report: Report, at: number): JobRecord {
  const begun = report.startedAt === undefined ? record : withStart(record, report.attempt, report.startedAt)
  const isLatest = report.attempt >= (begun.reportedAttempt ?? 0)
  return {
    ...begun,
    ...(isLatest && {
      reportedAttempt: report.attempt,
      host: report.host,
      crashes: report.crashes,
      result: storableJson(report.result) ?? (report.attempt === begun.reportedAttempt ? begun.result : null),
    }),
    ...(report.progress !== undefined &&
      at > (begun.progressAt ?? 0) && { progress: storableJson(report.progress) ?? null, progressAt: at }),
    ...(report.error !== undefined &&
      report.attempt >= (begun.errorAttempt ?? 0) && {
        errorName: storableText(report.error.name),
        errorMessage: storableText(report.error.message),
        errorCode: report.error.code === undefined ? null : storableText(report.error.code),
        errorAttempt: report.attempt,
        retryAt: report.nextAttemptAt ?? null,
      }),
  }
}

/** Of two stories about the start of the same attempt the earlier one holds; only the latest attempt counts. */
function withStart(record: JobRecord, attempt: number, startedAt: number): JobRecord {
  const waitMs = Math.min(record.waitMs ?? Number.POSITIVE_INFINITY, Math.max(0, startedAt - record.queuedAt))
  const known = record.startedAttempt ?? -1
  if (attempt < known || (attempt === known && startedAt >= (record.startedAt ?? 0)))
    return { ...record, waitMs }
  return { ...record, waitMs, startedAt, startedAttempt: attempt }
}

function withTimings(record: JobRecord): JobRecord {
  const { endedAt, startedAt } = record
  const durationMs = endedAt === null || startedAt === null ? null : Math.max(0, endedAt - startedAt)
  return durationMs === record.durationMs ? record : { ...record, durationMs }
}
