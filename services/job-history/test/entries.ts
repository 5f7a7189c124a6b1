import fc from 'fast-check'
import type { EventEntry, LogEntry, StoredEntry } from '../src/read/log-entry.ts'

let log = 0

/** A message of the job `a`. */
export function stored(sequence: number, more: Partial<StoredEntry> = {}): StoredEntry {
  return {
    kind: 'stored',
    logSequence: ++log,
    sequence,
    jobId: 'a',
    appearance: 'first',
    type: 't',
    subject: 'jobs.t',
    key: undefined,
    queuedAt: 1_000,
    enqueuedAt: 900,
    state: more.scheduledFor === undefined ? 'queued' : 'scheduled',
    scheduledFor: undefined,
    attemptsBefore: 0,
    actor: undefined,
    batch: undefined,
    traceparent: undefined,
    headers: undefined,
    payload: { kind: 'json', json: '{}' },
    ...more,
  }
}

export const event = (sequence: number, at: number) => ({ logSequence: ++log, sequence, type: 't', at })
export const acked = (sequence: number, at: number, deliveries = 1): EventEntry => ({
  ...event(sequence, at),
  kind: 'acknowledged',
  deliveries,
  took: 10,
})
export const naked = (sequence: number, at: number, deliveries = 1): EventEntry => ({
  ...event(sequence, at),
  kind: 'naked',
  deliveries,
})
export const terminated = (sequence: number, at: number, reason: string): EventEntry => ({
  ...event(sequence, at),
  kind: 'terminated',
  deliveries: 1,
  reason,
})
export const report = (
  sequence: number,
  at: number,
  kind: Extract<EventEntry, { kind: 'report' }>['report']['kind'],
  more: Partial<Extract<EventEntry, { kind: 'report' }>['report']> = {},
): EventEntry => ({
  ...event(sequence, at),
  kind: 'report',
  report: {
    kind,
    attempt: 1,
    host: 'h',
    crashes: 0,
    jobId: 'a',
    startedAt: at - 5,
    nextAttemptAt: undefined,
    error: undefined,
    progress: undefined,
    lines: [],
    result: undefined,
    ...more,
  },
})
// One attempt of a message runs in one place.
export const failed = (sequence: number, at: number, attempt: number) =>
  report(sequence, at, 'failed', {
    attempt,
    host: `h${attempt}`,
    nextAttemptAt: at + 50,
    error: { name: 'E', message: `e${attempt}` },
  })

/** Of one attempt only one report of a kind makes a difference; the server ends a message once. */
function oncePerAttempt(events: readonly LogEntry[]): readonly LogEntry[] {
  const seen = new Set<string>()
  return events.filter((one) => {
    const attempt = one.kind === 'report' ? `${one.report.kind} ${one.report.attempt}` : one.kind
    const name = `${one.sequence} ${one.kind === 'acknowledged' ? 'end' : attempt}${one.kind === 'naked' ? one.deliveries : ''}`
    return !seen.has(name) && seen.add(name)
  })
}

/** A log entry about one of three messages. */
const entry: fc.Arbitrary<LogEntry> = fc
  .record({
    sequence: fc.constantFrom(1, 2, 3),
    // Distinct times, as the server's are.
    at: fc.integer({ min: 1_000, max: 1_000_000 }),
    attempt: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('acked', 'naked', 'started', 'running', 'failed', 'ended'),
  })
  .map(({ sequence, at, attempt, kind }) => {
    if (kind === 'acked') return acked(sequence, at, attempt)
    if (kind === 'naked') return naked(sequence, at, attempt)
    if (kind === 'failed') return failed(sequence, at, attempt)
    return report(sequence, at, kind, {
      attempt,
      host: `h${attempt}`,
      result: kind === 'ended' ? attempt : undefined,
    })
  })
/** A job that is published three times, and all kinds of events about it. */
export const course: fc.Arbitrary<readonly LogEntry[]> = fc
  .uniqueArray(entry, { selector: ({ kind, ...one }) => ('at' in one ? one.at : kind), maxLength: 12 })
  .map((events) => oncePerAttempt(events))
  .map((events) => [
    stored(1),
    stored(2, { appearance: 'again', attemptsBefore: 1, queuedAt: 2_000 }),
    stored(3, { appearance: 'again', scheduledFor: 9_000, queuedAt: 3_000 }),
    ...events,
  ])
