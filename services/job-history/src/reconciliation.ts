import type { Runtime } from '@danbooru-jobs/actors/internal'
import { streamName } from '@danbooru-jobs/contracts/wire'
import type { EventEntry, StoredEntry } from './read/log-entry.ts'
import { entryOf, readQueuePage } from './read/queue-page.ts'
import type { JobRecord } from './reduce/job-record.ts'
import { settleGone } from './reduce/settle-gone.ts'
import { messageOfEarly } from './reduce/unknown-message.ts'
import { readRecord, recordSelection } from './write/history-columns.ts'
import type { HistoryStore } from './write/history-store.ts'

/** How long a difference between queue and history must last before it is acted on, milliseconds. */
const grace = 10_000
/** How long an event waits for its message before the message is looked up, milliseconds. */
const earlyGrace = 1_000
const pageSize = 1_000
/** How long superseded messages are remembered. */
const rememberSuperseded = '1 day'
/** Pauses between two passes over the queue, in steps. */
const restSteps = 5

/**
 * Compares the history with the queue itself, a page at a time, whenever the log is read to its end: the server reports the end of a
 * message once, and does not report purges.
 */
export class Reconciliation {
  readonly #runtime: Runtime
  readonly #store: HistoryStore
  readonly #counts: { settled: number; found: number }
  #cursor = 1
  #rest = 0
  /** Unfinished jobs that are not in the queue, and since when that is known. */
  readonly #missed = new Map<number, number>()

  constructor(runtime: Runtime, store: HistoryStore, counts: { settled: number; found: number }) {
    this.#runtime = runtime
    this.#store = store
    this.#counts = counts
  }

  /** A bounded piece of work; to be called about once a second. */
  async step(): Promise<void> {
    await this.#placeEarly()
    if (this.#rest > 0) this.#rest--
    else await this.#comparePage()
  }

  /** Marks everything unfinished in a queue that does not exist any more as lost. */
  async settleReplacedQueue(): Promise<void> {
    for (;;) {
      const records = await this.#unfinished(0, Number.MAX_SAFE_INTEGER)
      const events = records.map((record) =>
        this.#settled(record, 'lost', 'lost: the stream JOBS was replaced'),
      )
      await this.#apply(events)
      if (records.length < pageSize) return
    }
  }

  /** Looks up the messages of events that came without them, or reconstructs them from their events. */
  async #placeEarly(): Promise<void> {
    const before = new Date(this.#runtime.clock.now().getTime() - earlyGrace)
    const { rows } = await this.#store.client.query<{ entry: EventEntry }>({
      name: 'early',
      text: 'select entry from jobs.history_early where noticed_at < $1 order by sequence limit 500',
      values: [before],
    })
    if (rows.length === 0) return
    const early = Map.groupBy(
      rows.map(({ entry }) => entry),
      ({ sequence }) => sequence,
    )
    const known = await this.#store.knownSequences([...early.keys()])
    const entries: (StoredEntry | EventEntry)[] = []
    for (const [sequence, events] of early) {
      if (!known.has(sequence)) entries.push((await this.#queued(sequence)) ?? messageOfEarly(events))
      entries.push(...events)
    }
    await this.#store.apply(entries, {
      now: this.#runtime.clock.now(),
      knownBefore: true,
      also: async (client) => {
        await client.query('delete from jobs.history_early where sequence = any($1::bigint[])', [
          [...early.keys()],
        ])
      },
    })
    this.#counts.found += early.size - known.size
  }

  async #queued(sequence: number): Promise<StoredEntry | undefined> {
    const message = await this.#runtime.jsm.direct.getMessage(streamName.jobs, { seq: sequence })
    return message ? entryOf(message) : undefined
  }

  async #comparePage(): Promise<void> {
    const now = this.#runtime.clock.now().getTime()
    const ask = { from: this.#cursor, subject: '>', most: pageSize }
    const page = await readQueuePage(this.#runtime, ask)
    const pageEnd = page.isLast ? Number.MAX_SAFE_INTEGER : (page.messages.at(-1)?.seq ?? this.#cursor)
    const unfinished = await this.#unfinished(this.#cursor, pageEnd)
    const end = unfinished.length < pageSize ? pageEnd : (unfinished.at(-1)?.sequence ?? pageEnd)
    const inQueue = new Set(page.messages.map(({ seq }) => seq))
    const inHistory = new Set(unfinished.map(({ sequence }) => sequence))
    const unseen = page.messages.filter(
      ({ seq, time }) => seq <= end && !inHistory.has(seq) && time.getTime() < now - grace,
    )
    await this.#add(unseen.map(entryOf).filter((entry) => entry !== undefined))
    await this.#settle(
      unfinished.filter(({ sequence }) => !inQueue.has(sequence)),
      now,
    )
    for (const sequence of inQueue) this.#missed.delete(sequence)
    this.#cursor = end + 1
    if (end < Number.MAX_SAFE_INTEGER) return
    await this.#endOfPass(now)
  }

  async #endOfPass(now: number): Promise<void> {
    this.#cursor = 1
    this.#rest = restSteps
    for (const [sequence, since] of this.#missed) if (now - since > 60 * grace) this.#missed.delete(sequence)
    await this.#store.client.query(
      `delete from jobs.history_superseded where noticed_at < now() - interval '${rememberSuperseded}'`,
    )
  }

  /** Messages that are in the queue and not unfinished in the history: never logged, or taken for ended by mistake. */
  async #add(entries: readonly StoredEntry[]): Promise<void> {
    const now = this.#runtime.clock.now()
    this.#counts.found += (await this.#store.addMissing(entries, { now, knownBefore: true })).length
  }

  async #settle(gone: readonly JobRecord[], now: number): Promise<void> {
    for (const { sequence } of gone) if (!this.#missed.has(sequence)) this.#missed.set(sequence, now)
    const sure = gone.filter(({ sequence }) => now - (this.#missed.get(sequence) ?? now) >= grace)
    if (sure.length === 0 || !(await this.#hasReadTheLog(now))) return
    const processed = await this.#processed(sure.map(({ jobId }) => jobId))
    const delivered = await this.#delivered(new Set(sure.map(({ type }) => type)))
    const events: EventEntry[] = []
    const replaced: string[] = []
    for (const record of sure) {
      const evidence = {
        record,
        processed: processed.has(record.jobId),
        deliveredUpTo: delivered.get(record.type),
      }
      const settled = settleGone(evidence, now)
      if (settled.kind === 'end') events.push(this.#settled(record, settled.state, settled.reason))
      else replaced.push(record.jobId)
    }
    await this.#apply(events)
    await this.#removeReplaced(replaced)
    for (const { sequence } of sure) this.#missed.delete(sequence)
    this.#counts.settled += sure.length
  }

  #settled(
    record: JobRecord,
    state: 'done' | 'discarded' | 'cancelled' | 'lost',
    reason: string | undefined,
  ) {
    const { sequence, type } = record
    const at = this.#runtime.clock.now().getTime()
    return { kind: 'settled', logSequence: 0, sequence, type, at, state, reason } as const
  }

  /** Whether everything logged before the grace period is in the history, by the server's count. */
  async #hasReadTheLog(now: number): Promise<boolean> {
    const { state } = await this.#runtime.jsm.streams.info(streamName.jobLog)
    const { rows } = await this.#store.client.query<{ log_sequence: string; log_time: Date | null }>(
      'select log_sequence, log_time from jobs.history_position',
    )
    const [position] = rows
    if (position === undefined) return false
    return (
      Number(position.log_sequence) >= state.last_seq || (position.log_time?.getTime() ?? 0) > now - grace / 2
    )
  }

  async #apply(events: readonly EventEntry[]): Promise<void> {
    if (events.length > 0) await this.#store.apply(events, { now: this.#runtime.clock.now() })
  }

  async #removeReplaced(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    await this.#store.client.query(
      `with gone as (delete from jobs.history_unfinished where job_id = any($1::text[]) returning type, state)
        update jobs.history_counts c set count = c.count - g.count
        from (select type, state, count(*) from gone group by type, state) g
        where c.day = 'infinity' and c.type = g.type and c.state = g.state`,
      [ids],
    )
  }

  async #unfinished(from: number, to: number): Promise<JobRecord[]> {
    const { rows } = await this.#store.client.query({
      name: 'unfinished page',
      text: `select ${recordSelection} from jobs.history_unfinished h
        where h.sequence between $1 and $2 order by h.sequence limit ${pageSize}`,
      values: [from, to],
    })
    return rows.map(readRecord)
  }

  async #processed(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.#store.client.query<{ job_id: string }>(
      'select distinct job_id from jobs.processed where job_id = any($1::text[])',
      [ids],
    )
    return new Set(rows.map(({ job_id }) => job_id))
  }

  async #delivered(types: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
    const delivered = new Map<string, number>()
    for (const type of types) {
      const info = await this.#runtime.jsm.consumers.info(streamName.jobs, type).catch(() => undefined)
      if (info) delivered.set(type, info.delivered.stream_seq)
    }
    return delivered
  }
}
