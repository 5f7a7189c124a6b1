import type { QueueState } from '@danbooru-jobs/actors/operate'
import { type Column, table } from './table.ts'

/** What is known about the jobs of one type. */
export interface QueueFacts {
  /** Declared in the contracts. */
  readonly known: boolean
  /** Its queue; undefined when no service has ever asked for such jobs. */
  readonly queue: QueueState | undefined
  /** Jobs that the stream holds, whether or not somebody takes them. */
  readonly stored: number
  /** What all workers together say they are running. */
  readonly running: number
  /** For which limits jobs wait that may not start, and how many; undefined when the database could not be asked. */
  readonly limited?: readonly LimitedJobs[] | undefined
}

/** Jobs that wait for a limit. */
export interface LimitedJobs {
  readonly limit: string
  readonly waiting: number
}

/** One line of `queues list`. */
export interface QueueRow {
  readonly type: string
  readonly queued: number
  readonly running: number
  /** Failed and waiting for the next attempt, about to start, or waiting for the running one of its key. */
  readonly waiting: number
  readonly delayed: number
  /** May not start before others have ended; null when the database could not be asked: they count as delayed then. */
  readonly limited: number | null
  /** What those wait for. */
  readonly limits: readonly LimitedJobs[]
  readonly redelivered: number
  readonly paused: boolean
  /** What an operator should know. */
  readonly note: string
}

/** The counts of a queue. Workers answer a moment later than the server, so what they run is at most what is unsettled. */
export function queueRow(type: string, facts: QueueFacts): QueueRow {
  const { queue } = facts
  const unsettled = queue?.unsettled ?? 0
  const running = Math.min(facts.running, unsettled)
  const queued = queue?.queued ?? facts.stored
  const limited = facts.limited?.reduce((sum, { waiting }) => sum + waiting, 0) ?? 0
  return {
    type,
    queued,
    running,
    waiting: unsettled - running,
    delayed: Math.max(0, (queue?.delayed ?? 0) - limited),
    limited: facts.limited === undefined ? null : limited,
    limits: facts.limited ?? [],
    redelivered: queue?.redelivered ?? 0,
    paused: queue?.paused ?? false,
    note: noteOf(facts, queued),
  }
}

function noteOf({ known, queue, limited }: QueueFacts, queued: number): string {
  if (!known) return queue === undefined ? 'unknown type' : 'type of another version'
  const waits = (limited ?? []).map(({ limit, waiting }) => `${waiting} wait for limit ${limit}`)
  const noWorker = queued > 0 && queue?.workers !== true ? ['no worker'] : []
  return [...(queue?.paused === true ? ['paused'] : noWorker), ...waits].join(', ')
}

const columns: readonly Column<QueueRow>[] = [
  { title: 'type', value: (row) => row.type },
  { title: 'queued', value: (row) => row.queued, align: 'right' },
  { title: 'running', value: (row) => row.running, align: 'right' },
  { title: 'waiting', value: (row) => row.waiting, align: 'right' },
  { title: 'delayed', value: (row) => row.delayed, align: 'right' },
  { title: 'limited', value: (row) => row.limited ?? '-', align: 'right' },
  { title: 'redelivered', value: (row) => row.redelivered, align: 'right' },
  { title: '', value: (row) => row.note },
]

/** Queues as a table. */
export function queuesText(rows: readonly QueueRow[]): string {
  return table(columns, rows)
}
