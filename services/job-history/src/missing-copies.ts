import type { Runtime } from '@danbooru-jobs/actors/internal'
import { jobFilters } from '@danbooru-jobs/contracts/wire'
import type { StoredMsg } from '@nats-io/jetstream'
import type pg from 'pg'
import { type Gap, gapsBetween, joinGaps } from './gaps.ts'
import { type HistoryStore, isRefusal } from './history-store.ts'
import type { LogEntry, StoredEntry } from './log-entry.ts'
import { writeQueuePosition } from './position.ts'
import { entryOf, readQueuePage } from './queue-page.ts'

const pageSize = 1_000
/** How many pages of the queue are read before a batch is written at most; what is behind them the reconciliation finds. */
const mostPages = 20
/** How many places of the queue are read before a batch is written. */
const mostGaps = 32
/** How long the copy of a job may be on its way to the log, milliseconds. */
const copyGrace = 2_000

/**
 * Messages of the queue of which the log has no copy: schedules, which are never copied, jobs that a repeating schedule has produced,
 * and jobs stored by a server that was killed, or lost the lead of its cluster, before it had copied them.
 *
 * Copies come in the order of the queue, so one that is missing shows as a gap in their sequences. It is read from the queue before
 * anything is written that the log says after it: as a rule while the job still waits.
 */
export class MissingCopies {
  readonly #runtime: Runtime
  readonly #store: HistoryStore
  readonly #counts: { found: number }
  #upTo: number

  constructor(runtime: Runtime, store: HistoryStore, upTo: number, counts: { found: number }) {
    this.#runtime = runtime
    this.#store = store
    this.#upTo = upTo
    this.#counts = counts
  }

  /** Up to here every message of the queue is in the history, or left to the reconciliation. */
  get upTo(): number {
    return this.#upTo
  }

  /** Reads what is missing before the entries. Returns how far the queue is known with them, for {@link advance}. */
  async before(entries: readonly LogEntry[]): Promise<number> {
    const copies = entries.filter((entry) => entry.kind === 'stored')
    const told = new Set(copies.map(({ sequence }) => sequence))
    const { gaps, upTo } = gapsBetween(this.#upTo, told)
    let pages = mostPages
    for (const gap of joinGaps(gaps, mostGaps)) pages = await this.#fill(gap, told, pages)
    return upTo
  }

  /** The queue is known so far, and the position that is stored says so. */
  advance(upTo: number): void {
    this.#upTo = upTo
  }

  /** Behind the last copy, when the log is read to its end: what should have been copied long ago, and schedules. */
  async atTheEnd(): Promise<void> {
    const from = this.#upTo + 1
    const [next] = (await readQueuePage(this.#runtime, { from, subject: '>', most: 1 })).messages
    if (next === undefined || this.#mayBeOnItsWay(next)) return
    const { messages } = await readQueuePage(this.#runtime, { from, subject: '>', most: pageSize })
    const firstOpen = messages.findIndex((message) => this.#mayBeOnItsWay(message))
    const settled = firstOpen === -1 ? messages : messages.slice(0, firstOpen)
    const upTo = settled.at(-1)?.seq
    if (upTo === undefined) return
    await this.#add(settled, (client) => writeQueuePosition(client, upTo))
    this.advance(upTo)
  }

  async #fill(gap: Gap, told: ReadonlySet<number>, pages: number): Promise<number> {
    let left = pages
    for (let from = gap.from; from <= gap.to && left > 0; left--) {
      const most = Math.min(pageSize, gap.to - from + 1)
      const { messages, isLast } = await readQueuePage(this.#runtime, { from, subject: '>', most })
      await this.#addOrLeaveOut(messages.filter(({ seq }) => seq <= gap.to && !told.has(seq)))
      if (isLast) return left - 1
      from = (messages.at(-1)?.seq ?? gap.to) + 1
    }
    return left
  }

  /** What PostgreSQL refuses of the queue must not keep out what the log says behind it; the reconciliation comes to it again. */
  async #addOrLeaveOut(messages: readonly StoredMsg[]): Promise<void> {
    try {
      await this.#add(messages)
    } catch (error) {
      if (!isRefusal(error)) throw error
      const sequences = messages.map(({ seq }) => seq)
      this.#runtime.log.error({ err: error, sequences }, 'left out of the history for now')
    }
  }

  async #add(messages: readonly StoredMsg[], also?: (client: pg.Client) => Promise<void>): Promise<void> {
    const entries = messages.map(entryOf).filter((entry) => entry !== undefined)
    const options = { now: this.#runtime.clock.now(), ...(also && { also }) }
    const added = await this.#store.addMissing(entries, options)
    this.#counts.found += added.filter(isJob).length
  }

  #mayBeOnItsWay({ subject, time }: StoredMsg): boolean {
    const isCopied = !subject.startsWith(schedulesPrefix)
    return isCopied && time.getTime() > this.#runtime.clock.now().getTime() - copyGrace
  }
}

const schedulesPrefix = jobFilters.scheduled.slice(0, -1)

/** A schedule is not missing in the log: it is never there. */
function isJob({ scheduledFor }: StoredEntry): boolean {
  return scheduledFor === undefined
}
