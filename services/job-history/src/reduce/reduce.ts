import type { EventEntry, LogEntry, StoredEntry } from '../read/log-entry.ts'
import { applyEvent } from './apply-event.ts'
import { type JobRecord, publishedAgain, recordOf } from './job-record.ts'

/** What the database knows about the jobs that a batch may be about. */
export interface Known {
  readonly records: readonly JobRecord[]
  /** Older messages of jobs that were published again. */
  readonly superseded: ReadonlyMap<number, string>
  /** Events that arrived before their message. */
  readonly early: readonly EventEntry[]
}

/** What a batch changes. */
export interface Changes {
  readonly jobs: readonly JobChange[]
  /** Messages that are no longer a job's newest. */
  readonly superseded: readonly { readonly sequence: number; readonly jobId: string }[]
  /** Events about messages that are not known yet. */
  readonly early: readonly EventEntry[]
  readonly attempts: readonly FailedAttempt[]
}

/** One job before and after. */
export interface JobChange {
  readonly before: JobRecord | undefined
  readonly after: JobRecord
  /** The job's newest message, if it is in this batch: its payload is to be written. */
  readonly stored: StoredEntry | undefined
  /** Log lines to append. */
  readonly lines: readonly string[]
}

/** An attempt that did not succeed. */
export interface FailedAttempt {
  readonly jobId: string
  readonly report: Extract<EventEntry, { kind: 'report' }>
}

/**
 * What a batch of log entries changes. Pure, and indifferent to the order and repetition of entries within the batch; an entry
 * about a message that is unknown is returned as early, to be reduced again together with its message.
 */
export function reduceBatch(entries: readonly LogEntry[], known: Known): Changes {
  const jobs = new JobsOfBatch(known)
  const all = inOrder(known.early.length === 0 ? entries : [...entries, ...known.early])
  for (const entry of all) if (entry.kind === 'stored') jobs.addMessage(entry)
  for (const entry of all) if (entry.kind !== 'stored') jobs.addEvent(entry)
  return jobs.changes()
}

/** By log sequence, each once. What was read from the queue has none and comes first. */
function inOrder(entries: readonly LogEntry[]): readonly LogEntry[] {
  if (isInOrder(entries)) return entries
  const sorted = entries.toSorted((a, b) => a.logSequence - b.logSequence || a.sequence - b.sequence)
  return sorted.filter((entry, index) => {
    const before = sorted[index - 1]
    const isSame = entry.logSequence === before?.logSequence && entry.sequence === before.sequence
    return entry.logSequence === 0 || !isSame
  })
}

/** Whether the entries are as a batch comes from the log. */
function isInOrder(entries: readonly LogEntry[]): boolean {
  let last = 0
  for (const { logSequence } of entries) {
    if (logSequence <= last) return false
    last = logSequence
  }
  return true
}

/** The change of one job in the making. */
interface Draft {
  readonly before: JobRecord | undefined
  after: JobRecord
  stored: StoredEntry | undefined
  readonly lines: string[]
}

class JobsOfBatch {
  readonly #drafts = new Map<string, Draft>()
  readonly #jobOfMessage = new Map<number, string>()
  readonly #superseded = new Map<number, string>()
  readonly #early: EventEntry[] = []
  readonly #attempts: FailedAttempt[] = []

  constructor(known: Known) {
    for (const [sequence, jobId] of known.superseded) this.#jobOfMessage.set(sequence, jobId)
    for (const record of known.records) this.#addRecord(record)
  }

  /** Of two rows of one job, left by an id that was used twice, the newer one is continued. */
  #addRecord(record: JobRecord): void {
    this.#jobOfMessage.set(record.sequence, record.jobId)
    const draft = this.#drafts.get(record.jobId)
    if (draft !== undefined && draft.after.sequence >= record.sequence) return
    this.#drafts.set(record.jobId, { before: record, after: record, stored: undefined, lines: [] })
  }

  addMessage(stored: StoredEntry): void {
    this.#jobOfMessage.set(stored.sequence, stored.jobId)
    const draft = this.#drafts.get(stored.jobId)
    if (draft === undefined) {
      this.#drafts.set(stored.jobId, { before: undefined, after: recordOf(stored), stored, lines: [] })
    } else if (stored.sequence > draft.after.sequence) {
      this.#superseded.set(draft.after.sequence, stored.jobId)
      draft.after = publishedAgain(draft.after, stored)
      draft.stored = stored
    } else if (stored.sequence < draft.after.sequence) {
      this.#superseded.set(stored.sequence, stored.jobId)
      if (draft.after.scheduledFor === null && stored.scheduledFor !== undefined) {
        draft.after = { ...draft.after, scheduledFor: stored.scheduledFor }
      }
    }
  }

  addEvent(event: EventEntry): void {
    const jobId = this.#jobOfMessage.get(event.sequence)
    if (jobId === undefined) {
      this.#early.push(event)
      return
    }
    this.#noteFailure(jobId, event)
    const draft = this.#drafts.get(jobId)
    if (draft === undefined) return
    if (event.kind === 'report') draft.lines.push(...event.report.lines)
    if (event.sequence === draft.after.sequence) draft.after = applyEvent(draft.after, event)
  }

  changes(): Changes {
    return {
      jobs: [...this.#drafts.values()].filter(
        ({ before, after, lines }) => before !== after || lines.length > 0,
      ),
      superseded: [...this.#superseded].map(([sequence, jobId]) => ({ sequence, jobId })),
      early: this.#early,
      attempts: this.#attempts,
    }
  }

  #noteFailure(jobId: string, event: EventEntry): void {
    if (event.kind !== 'report') return
    if (event.report.kind === 'failed') this.#attempts.push({ jobId, report: event })
    if (event.report.kind === 'started' && event.report.crashes > 0) {
      this.#attempts.push({ jobId, report: crashBefore(event) })
    }
  }
}

/** The attempt before one that starts after a crash: no worker was left to report its failure. */
function crashBefore(event: FailedAttempt['report']): FailedAttempt['report'] {
  const { report } = event
  const error = { name: 'WorkerCrashed', message: 'the worker ended without an event', code: 'crashed' }
  return {
    ...event,
    report: { ...report, kind: 'failed', attempt: report.attempt - 1, startedAt: undefined, error, host: '' },
  }
}
