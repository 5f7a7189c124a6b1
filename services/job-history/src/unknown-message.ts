import { jobIdOf, queuedSubject } from '@danbooru-jobs/contracts/wire'
import type { StoredEntry, WordEntry } from './log-entry.ts'

/**
 * What may be said about a message that nobody has kept, from what was said about it: a job that cron produced (the log does not take
 * those), or one whose copy was lost.
 */
export function messageOfEarly(words: readonly WordEntry[]): StoredEntry {
  const [first] = words.toSorted((a, b) => a.at - b.at)
  if (first === undefined) throw new RangeError('nothing was said about the message')
  const told = words.find((word) => word.kind === 'report')?.report
  const began = Math.min(...words.map(beginning))
  return {
    kind: 'stored',
    logSequence: 0,
    sequence: first.sequence,
    jobId: told?.jobId ?? jobIdOf(() => undefined, first.sequence),
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

function beginning(word: WordEntry): number {
  if (word.kind === 'acknowledged') return Math.round(word.at - word.took)
  return word.kind === 'report' ? (word.report.startedAt ?? word.at) : word.at
}
