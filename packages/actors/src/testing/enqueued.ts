import { AssertionError } from 'node:assert'
import { isDeepStrictEqual } from 'node:util'
import type { Duration, JobType, PayloadInputOf } from '@danbooru-jobs/contracts'
import {
  jobHeader,
  jobIdOf,
  jobTypeOfSubject,
  milliseconds,
  storedState,
  streamName,
  type UnfinishedState,
} from '@danbooru-jobs/contracts/wire'
import type { MemoryServer } from './memory/memory-server.ts'
import type { StoredMessage } from './memory/memory-stream.ts'
import { textOf } from './memory/packet.ts'
import { dueAt } from './memory/schedules.ts'

/** A job that is in the queue. */
export interface EnqueuedJob {
  readonly id: string
  readonly type: string
  readonly state: UnfinishedState
  readonly payload: unknown
  /** When a job that is not due yet is due. */
  readonly at: Date | undefined
  readonly actor: string | undefined
  readonly attemptsUsed: number
  readonly streamSequence: number
}

/** What an assertion may ask for besides type and payload. */
export interface Expected {
  /** When the job is due: a time, or how long from now. */
  readonly at?: Date | Duration
  readonly actor?: string
  /** How many such jobs there are. Default: at least one. */
  readonly count?: number
}

/** Everything in the queue, oldest first. */
export function enqueuedJobs(server: MemoryServer): EnqueuedJob[] {
  const stream = server.streams.get(streamName.jobs)
  return stream ? [...stream.matching(['>'])].map((message) => describe(server, message)) : []
}

function describe(server: MemoryServer, message: StoredMessage): EnqueuedJob {
  const type = jobTypeOfSubject(message.subject) ?? ''
  const due = dueAt(message)
  const header = (name: string) => message.headers.get(name) || undefined
  return {
    id: jobIdOf(header, message.sequence),
    type,
    state: stateOf(server, type, message),
    payload: parsed(message),
    at: due === undefined ? undefined : new Date(due),
    actor: header(jobHeader.actor),
    attemptsUsed: Number(header(jobHeader.attempts) ?? 0),
    streamSequence: message.sequence,
  }
}

function stateOf(server: MemoryServer, type: string, message: StoredMessage): EnqueuedJob['state'] {
  const state = storedState((name) => message.headers.get(name))
  if (state !== 'queued') return state
  const consumer = server.consumers.get(streamName.jobs)?.get(type)
  if (consumer?.isOut(message.sequence)) return 'running'
  return consumer?.isWaiting(message.sequence) ? 'retrying' : 'queued'
}

function parsed(message: StoredMessage): unknown {
  const text = textOf(message.data)
  try {
    return JSON.parse(text || '{}')
  } catch {
    return text
  }
}

/**
 * @throws AssertionError naming what is enqueued instead.
 */
export function assertEnqueued<Type extends JobType>(
  jobs: readonly EnqueuedJob[],
  now: Date,
  type: Type,
  payload?: PayloadInputOf<Type>,
  expected: Expected = {},
): void {
  const found = jobs.filter((job) => job.type === type.name && fits(job, now, type, payload, expected))
  const isEnough = expected.count === undefined ? found.length > 0 : found.length === expected.count
  if (isEnough) return
  const wanted = [`${expected.count ?? 'a'} ${type.name}`, payload, expected]
    .map((part) => show(part))
    .join(' ')
  throw new AssertionError({
    message: `expected ${wanted} to be enqueued, found ${found.length}. ${listed(jobs)}`,
    actual: found.length,
    expected: expected.count ?? 1,
    operator: 'assertEnqueued',
  })
}

/**
 * @throws AssertionError naming what is enqueued.
 */
export function assertNoEnqueued(jobs: readonly EnqueuedJob[], type?: JobType): void {
  const found = jobs.filter((job) => type === undefined || job.type === type.name)
  if (found.length === 0) return
  throw new AssertionError({
    message: `expected no ${type?.name ?? 'job'} to be enqueued. ${listed(found)}`,
    actual: found.length,
    expected: 0,
    operator: 'assertNoEnqueued',
  })
}

function fits(job: EnqueuedJob, now: Date, type: JobType, payload: unknown, expected: Expected): boolean {
  if (payload !== undefined && !isDeepStrictEqual(job.payload, plain(type, payload))) return false
  if (expected.actor !== undefined && job.actor !== expected.actor) return false
  if (expected.at === undefined) return true
  const { at } = expected
  const due = at instanceof Date ? at.getTime() : now.getTime() + milliseconds(at)
  return (job.at ?? now).getTime() === due
}

/** The payload as it stands in a message: defaults filled in, what JSON drops dropped. */
function plain(type: JobType, payload: unknown): unknown {
  return JSON.parse(JSON.stringify(type.payload.parse(payload)))
}

function listed(jobs: readonly EnqueuedJob[]): string {
  if (jobs.length === 0) return 'The queue is empty.'
  const lines = jobs.map(({ type, payload, state, at }) =>
    `  ${type} ${show(payload)} ${state} ${show(at)}`.trimEnd(),
  )
  return `In the queue:\n${lines.join('\n')}`
}

function show(value: unknown): string {
  if (value === undefined || isDeepStrictEqual(value, {})) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
