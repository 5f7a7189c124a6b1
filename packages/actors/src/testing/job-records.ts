import {
  continuesJob,
  type ErrorReport,
  jobIdOf,
  jobLogPrefix,
  jobReport,
  jobTypeOfSubject,
  natsHeader,
  streamName,
  subjects,
} from '@danbooru-jobs/contracts/wire'
import type { Msg, NatsConnection } from '@nats-io/transport-node'

/** How a job ended. */
export type EndState = 'done' | 'discarded' | 'cancelled'

/** What the job log has reported about a job so far. */
export interface JobRecord {
  readonly id: string
  readonly type: string
  /** The job's place in the stream JOBS; a job that was put back has the newest. */
  streamSequence: number
  /** How its newest message left the queue; a job that was put back to run later has left it as `done`, but is still stored. */
  end: EndState | undefined
  /** Why it was discarded or cancelled. */
  reason: string | undefined
  result: unknown
  progress: unknown
  readonly lines: string[]
  /** The error of each failed attempt. */
  readonly errors: ErrorReport[]
}

/** Follows the job log over a connection, as `job-history` does, and keeps one record for each job. */
export class JobRecords {
  readonly #records = new Map<string, JobRecord>()
  readonly #bySequence = new Map<number, JobRecord>()
  /** Messages of jobs that go on as another message. */
  readonly #continued = new Set<number>()

  constructor(connection: NatsConnection) {
    const hear = (subject: string, note: (message: Msg) => void) =>
      connection.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) note(message)
        },
      })
    hear(subjects.stored, (message) => this.#noteStored(message))
    hear(`${jobLogPrefix.report}>`, (message) => this.#noteReport(message))
    hear(subjects.removed('*'), (message) => this.#noteRemoved(message))
    hear(subjects.acknowledged(streamName.jobs), (message) => this.#noteEnd(message, 'done'))
    hear(`${jobLogPrefix.advisory}MSG_TERMINATED.${streamName.jobs}.*`, (message) => {
      const { reason = '' } = message.json<{ reason?: string }>()
      this.#noteEnd(message, reason.startsWith('cancelled') ? 'cancelled' : 'discarded', reason)
    })
  }

  get(id: string): JobRecord | undefined {
    return this.#records.get(id)
  }

  all(): readonly JobRecord[] {
    return [...this.#records.values()]
  }

  #noteStored(message: Msg): void {
    const sequence = Number(message.headers?.get(natsHeader.sequence))
    const id = jobIdOf((name) => message.headers?.get(name), sequence)
    const type = jobTypeOfSubject(message.headers?.get(natsHeader.subject) ?? '') ?? ''
    const record = this.#records.get(id) ?? newRecord(id, type)
    record.streamSequence = sequence
    record.end = undefined
    this.#records.set(id, record)
    this.#bySequence.set(sequence, record)
  }

  #noteReport(message: Msg): void {
    const parsed = jobReport.safeParse(message.json())
    const record = parsed.success ? this.#records.get(parsed.data.jobId) : undefined
    if (!parsed.success || !record) return
    const { kind, error, progress, lines, result } = parsed.data
    if (kind === 'failed' && error) record.errors.push(error)
    if (continuesJob(parsed.data)) this.#continued.add(parsed.data.streamSequence)
    else this.#continued.delete(parsed.data.streamSequence)
    if (progress !== undefined) record.progress = progress
    if (result !== undefined) record.result = result
    record.lines.push(...(lines ?? []))
  }

  #noteEnd(message: Msg, end: EndState, reason?: string): void {
    const { stream_seq: sequence } = message.json<{ stream_seq: number }>()
    const record = this.#bySequence.get(sequence)
    if (!record || record.streamSequence !== sequence) return
    if (end === 'done' && this.#continued.has(sequence)) return
    record.end = end
    record.reason = reason
  }

  #noteRemoved(message: Msg): void {
    const { streamSequences = [], reason } = message.json<{ streamSequences?: number[]; reason?: string }>()
    for (const sequence of streamSequences) {
      const record = this.#bySequence.get(sequence)
      if (record?.streamSequence === sequence) Object.assign(record, { end: 'cancelled', reason })
    }
  }
}

/** A job of which nothing is known yet. */
export function newRecord(id: string, type: string): JobRecord {
  return {
    id,
    type,
    streamSequence: 0,
    end: undefined,
    reason: undefined,
    result: undefined,
    progress: undefined,
    lines: [],
    errors: [],
  }
}
