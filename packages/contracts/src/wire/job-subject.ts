import { subjectToken } from './subject-token.ts'

/**
 * Where the messages of a job are published, without the root: `<type>[.<key>[.<slot>]]`. It is the same for a job to run now
 * (`jobs.<address>`) and for one to run later (`schedules.<address>`). Key and slot are subject tokens, see {@link subjectToken}.
 */
export interface JobAddress {
  readonly type: string
  /** The unique key, the key of an ordered job, or, for a schedule without one, the job's id. */
  readonly key?: string | undefined
  /** Sets one job of a key apart from the others: the job's id. */
  readonly slot?: string | undefined
}

/** A subject of the stream JOBS, read by {@link parseJobSubject}. */
export interface JobSubject extends JobAddress {
  /** `jobs`: to run now. `schedules`: to run later. */
  readonly root: 'jobs' | 'schedules'
}

/** Every job to run now, and every one to run later, of all types. */
export const jobFilters = { queued: 'jobs.>', scheduled: 'schedules.>' } as const

/** What matches the jobs of one type that are to run now: the filters of its consumer. */
export function queuedFilters(type: string): readonly [string, string] {
  return [`jobs.${type}`, `jobs.${type}.>`]
}

/** What matches the jobs of one type that are to run later. */
export function scheduledFilter(type: string): string {
  return `schedules.${type}.>`
}

/** The address of a job by its type and, if it has one, its key as plain text. */
export function jobAddress(type: string, key?: string): JobAddress {
  return key === undefined ? { type } : { type, key: subjectToken(key) }
}

/** The address of one job alone, below an address that other jobs share. */
export function ownAddress({ type, key }: JobAddress, jobId: string): JobAddress {
  const token = subjectToken(jobId)
  return key === undefined ? { type, key: token } : { type, key, slot: token }
}

/** The subject on which a job is published to run now. */
export function queuedSubject(address: JobAddress): string {
  return `jobs.${addressText(address)}`
}

/** The subject on which a job is published to run later; a schedule always has a key. */
export function scheduledSubject(address: JobAddress): string {
  return `schedules.${addressText(address)}`
}

/** Matches the job of an address whether it is scheduled, queued, running or waiting for a retry. */
export function anywhereSubject(address: JobAddress): string {
  return `*.${addressText(address)}`
}

/** An address as text, `<type>.<key>.<slot>`: how the database stores it. */
export function addressText({ type, key, slot }: JobAddress): string {
  if (key === undefined) return type
  return slot === undefined ? `${type}.${key}` : `${type}.${key}.${slot}`
}

/** Reads what {@link addressText} wrote. */
export function parseAddress(text: string): JobAddress {
  const [type = '', key, ...rest] = text.split('.')
  return { type, key, slot: rest.length === 0 ? undefined : rest.join('.') }
}

/** What follows the type in the subject of a job, `<key>[.<slot>]`; undefined if nothing does. */
export function keyOfSubject(subject: string): string | undefined {
  const [, , ...rest] = subject.split('.')
  return rest.length === 0 ? undefined : rest.join('.')
}

/** Reads a subject of the stream JOBS; undefined if it is none. */
export function parseJobSubject(subject: string): JobSubject | undefined {
  const dot = subject.indexOf('.')
  const root = subject.slice(0, dot)
  if (root !== 'jobs' && root !== 'schedules') return undefined
  return { root, ...parseAddress(subject.slice(dot + 1)) }
}

/** The job type of a subject or filter of the stream JOBS; undefined if it is none. */
export function jobTypeOfSubject(subject: string): string | undefined {
  return parseJobSubject(subject)?.type
}
