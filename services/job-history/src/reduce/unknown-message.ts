import { jobIdOf, queuedSubject } from '@danbooru-jobs/contracts/wire'
import type { EventEntry, StoredEntry } from '../read/log-entry.ts'

/**
 * A message of which there is no copy, reconstructed from its events: a job that a repeating schedule produced, which the log does not
 * accept, or one whose copy was lost.
 */
export function messageOfEarly(events: readonly EventEntry[]): StoredEntry {
  const [first] = events.toSorted((a, b) => a.at - b.at)
  if (first === undefined) throw new RangeError('the message has no events')
  const report = events.find((event) => event.kind === 'report')?.report
  const began = Math.min(...events.map(beginning))
  return {
    kind: 'stored',
    logSequence: 0,
    sequence: first.sequence,
    jobId: report?.jobId ?? jobIdOf(() => undefined, first.sequence),
    appearance: 'again',
    type: first.type,
    subject: queuedSubject({ type: first.type }),
    key: undefined,
    queuedAt: began,
    enqueuedAt: began,
    state: 'queued',
    scheduledFor: undefined,
    attemptsBefore: 0,
    actor: undefined,
    batch: undefined,
    traceparent: undefined,
    headers: undefined,
    payload: { kind: 'text', text: '' },
  }
}

function beginning(event: EventEntry): number {
  if (event.kind === 'acknowledged') return Math.round(event.at - event.took)
  return event.kind === 'report' ? (event.report.startedAt ?? event.at) : event.at
}
