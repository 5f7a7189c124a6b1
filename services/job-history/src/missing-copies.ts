import type { Runtime } from '@danbooru-jobs/actors/internal'
import { jobFilters } from '@danbooru-jobs/contracts/wire'
import type { StoredMsg } from '@nats-io/jetstream'
import type pg from 'pg'
import { type Gap, gapsBetween, joinGaps } from './read/gaps.ts'
import type { LogEntry, StoredEntry } from './read/log-entry.ts'
import { entryOf, readQueuePage } from './read/queue-page.ts'
import { type HistoryStore, isRefusal } from './write/history-store.ts'
import { writeQueuePosition } from './write/position.ts'

const pageSize = 1_000
/** How many pages of the queue are read before a batch is written at most; the reconciliation finds the rest. */
const mostPages = 20
/** How many gaps are read before a batch is written. */
const mostGaps = 32
/** How long the copy of a job may be on its way to the log, milliseconds. */
const copyGrace = 2_000

/**
 * Finds messages of the queue of which the log has no copy: schedules, which are never copied, jobs that a repeating schedule has
 * produced, and jobs stored by a server that was killed, or lost the lead of its cluster, before it had copied them.
 *
 * Copies come in the order of the queue, so a missing one shows as a gap in their sequences. The gap is read from the queue before later
 * entries of the log are written: as a rule while the job is still stored.
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
    const copied = new Set(copies.map(({ sequence }) => sequence))
    const { gaps, upTo } = gapsBetween(this.#upTo, copied)
    let pages = mostPages
    for (const gap of joinGaps(gaps, mostGaps)) pages = await this.#fill(gap, copied, pages)
    return upTo
  }

  /** The queue is known so far, and the position that is stored says so. */
  advance(upTo: number): void {
    this.#upTo = upTo
  }

  /** Reads the queue behind the last copy, when the log is read to its end: schedules, and what should have been copied long ago. */
  async atTheEnd(): Promise<void> {
    const from = this.#upTo + 1
    const [next] = (await readQueuePage(this.#runtime, { from, subject: '>', most: 1 })).messages
    if (next === undefined || this.#mayBeCopiedYet(next)) return
    const { messages } = await readQueuePage(this.#runtime, { from, subject: '>', most: pageSize })
    const firstOpen = messages.findIndex((message) => this.#mayBeCopiedYet(message))
    const settled = firstOpen === -1 ? messages : messages.slice(0, firstOpen)
    const upTo = settled.at(-1)?.seq
    if (upTo === undefined) return
    await this.#add(settled, (client) => writeQueuePosition(client, upTo))
    this.advance(upTo)
  }

  async #fill(gap: Gap, copied: ReadonlySet<number>, pages: number): Promise<number> {
    let left = pages
    for (let from = gap.from; from <= gap.to && left > 0; left--) {
      const most = Math.min(pageSize, gap.to - from + 1)
      const { messages, isLast } = await readQueuePage(this.#runtime, { from, subject: '>', most })
      await this.#addOrLeaveOut(messages.filter(({ seq }) => seq <= gap.to && !copied.has(seq)))
      if (isLast) return left - 1
      from = (messages.at(-1)?.seq ?? gap.to) + 1
    }
    return left
  }

  /** A message that PostgreSQL refuses must not block the entries behind it; the reconciliation tries it again. */
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

  #mayBeCopiedYet({ subject, time }: StoredMsg): boolean {
    const isCopied = !subject.startsWith(schedulesPrefix)
    return isCopied && time.getTime() > this.#runtime.clock.now().getTime() - copyGrace
  }
}

const schedulesPrefix = jobFilters.scheduled.slice(0, -1)

/** Whether the log should have a copy: it never has one of a schedule. */
function isJob({ scheduledFor }: StoredEntry): boolean {
  return scheduledFor === undefined
}
