import { type HeaderReader, jobHeader, natsHeader } from '../wire/headers.ts'
import { jobIdOf } from '../wire/job-log.ts'
import { type JobAddress, parseAddress, parseJobSubject } from '../wire/job-subject.ts'

/** A message of the stream JOBS, delivered or stored, as its follow-up messages are made from it. */
export interface JobSource {
  readonly subject: string
  /** As on the wire: a name may have several values. */
  readonly headers: Iterable<readonly [name: string, values: readonly string[]]>
  readonly body: Uint8Array | string
  /** Its sequence in the stream JOBS. */
  readonly sequence: number
  /** When the server stored it. */
  readonly storedAt: Date
}

/** What the headers of a job's message contain about the job. */
export interface JobFacts {
  readonly id: string
  readonly address: JobAddress
  /** The subject of the schedule that is to fire, for a job that is scheduled or parked. */
  readonly target: string | undefined
  readonly enqueuedAt: Date
  readonly attemptsUsed: number
  /** Whether the server refuses a second job of its key, see `UniqueMode`. */
  readonly isUnique: boolean
  /** Its rank among the jobs of its ordered key, if it is not the sequence of the message itself. */
  readonly order: number | undefined
}

/** The first value of each header. */
export function headerReader(headers: JobSource['headers']): HeaderReader {
  const found = new Map<string, string>()
  for (const [name, [first]] of headers) if (first && !found.has(name)) found.set(name, first)
  return (name) => found.get(name)
}

/** Reads the headers of a job's message. What is missing or malformed has the value of a message without headers. */
export function jobFacts(source: JobSource): JobFacts {
  const header = headerReader(source.headers)
  return {
    id: jobIdOf(header, source.sequence),
    address: parseJobSubject(source.subject) ?? parseAddress(source.subject),
    target: header(natsHeader.scheduleTarget),
    enqueuedAt: dateOf(header(jobHeader.enqueuedAt)) ?? source.storedAt,
    attemptsUsed: countOf(header(jobHeader.attempts)) ?? 0,
    isUnique: header(jobHeader.unique) !== undefined,
    order: countOf(header(jobHeader.order)),
  }
}

/** A whole number from 0, or undefined. */
export function countOf(text: string | undefined): number | undefined {
  const count = Number(text ?? Number.NaN)
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}
