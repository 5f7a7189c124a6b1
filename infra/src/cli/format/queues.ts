import { type Column, table } from './table.ts'
import { durationText } from './time.ts'

/** What is known about the queue of one job type. */
export interface QueueFacts {
  /** Its consumer; undefined when no service has ever asked for such jobs. */
  readonly consumer:
    | {
        /** Not delivered yet. */
        readonly pending: number
        /** Delivered and not settled: running, or waiting for a retry. */
        readonly unsettled: number
        readonly redelivered: number
        /** Milliseconds that a pause still lasts; 0 when it is not paused. */
        readonly pausedFor: number
      }
    | undefined
  /** Jobs in the stream on the type's subjects; asked for only where there is no consumer. */
  readonly stored: number
  /** Jobs that wait for their time. */
  readonly delayed: number
  /** What all workers together say they are running. */
  readonly running: number
  /** Workers that have answered. */
  readonly workers: number
}

/** One line of `queues list`. */
export interface QueueRow {
  readonly type: string
  /** Declared in the contracts, or only found on the server. */
  readonly known: boolean
  readonly queued: number
  readonly running: number
  /** Failed, and waiting for the next attempt. */
  readonly waiting: number
  readonly delayed: number
  readonly redelivered: number
  readonly workers: number
  /** Milliseconds that a pause still lasts; null when it is not paused. */
  readonly pausedFor: number | null
  /** What an operator should know. */
  readonly note: string
}

/** The counts of a queue. Workers answer a moment later than the server, so what they run is at most what is unsettled. */
export function queueRow(type: string, known: boolean, facts: QueueFacts): QueueRow {
  const { consumer, stored, delayed, workers } = facts
  const unsettled = consumer?.unsettled ?? 0
  const running = Math.min(facts.running, unsettled)
  const queued = consumer?.pending ?? stored
  return {
    type,
    known,
    queued,
    running,
    waiting: unsettled - running,
    delayed,
    redelivered: consumer?.redelivered ?? 0,
    workers,
    pausedFor: consumer !== undefined && consumer.pausedFor > 0 ? consumer.pausedFor : null,
    note: noteOf(known, consumer !== undefined, queued, workers),
  }
}

function noteOf(known: boolean, hasConsumer: boolean, queued: number, workers: number): string {
  if (!known) return hasConsumer ? 'type of another version' : 'unknown type'
  if (queued > 0 && workers === 0) return 'no worker'
  return ''
}

const columns: readonly Column<QueueRow>[] = [
  { title: 'type', value: (row) => row.type },
  { title: 'queued', value: (row) => row.queued, align: 'right' },
  { title: 'running', value: (row) => row.running, align: 'right' },
  { title: 'waiting', value: (row) => row.waiting, align: 'right' },
  { title: 'delayed', value: (row) => row.delayed, align: 'right' },
  { title: 'redelivered', value: (row) => row.redelivered, align: 'right' },
  { title: 'workers', value: (row) => row.workers, align: 'right' },
  { title: 'paused for', value: (row) => durationText(row.pausedFor), align: 'right' },
  { title: '', value: (row) => row.note },
]

/** Queues as a table. */
export function queuesText(rows: readonly QueueRow[]): string {
  return table(columns, rows)
}
