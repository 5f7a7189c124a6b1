import type { Daemon } from '@danbooru-jobs/actors'
import {
  dropPartitionsBefore,
  preparePartitions,
  type Runtime,
  sqlOfClient,
} from '@danbooru-jobs/actors/internal'
import pg from 'pg'
import { MissingCopies } from './missing-copies.ts'
import { type LogMessage, LogReader } from './read/log-reader.ts'
import { Reconciliation } from './reconciliation.ts'
import { HistoryStore, isRefusal } from './write/history-store.ts'
import { loadPosition, type Position, rememberQueue, writePosition } from './write/position.ts'
import { prepareToWrite } from './write/write-jobs.ts'

/** How many log messages, and how many bytes of them, are written in one transaction at most. */
const batchSize = 2_048
const batchBytes = 8_000_000
/** How long a batch is collected, milliseconds: a job that is stored and done meanwhile is written once. */
const gather = 100
const hour = 3_600_000
/** How long a job that has ended stays in the history, milliseconds (Danbooru's `PruneJobsJob`). */
const kept = 7 * 24 * hour

/** The state of the process that writes. */
interface Active {
  readonly store: HistoryStore
  readonly reconciliation: Reconciliation
  readonly missing: MissingCopies
  position: number
  knownUntil: number
}

/**
 * Writes the job log into `jobs.history`. One process writes, the others are on standby: the history is exact because the log is applied
 * in order, and one writer keeps up with more jobs than services on the same database can run. An advisory lock on the connection that
 * writes decides which process it is, so the lock and the writer end together.
 *
 * Commits do not wait for the disk (`synchronous_commit = off`). What a crash of PostgreSQL or a power cut loses is written again: the
 * position is lost with the rows, because it is in the same transaction, and the log is read again from there.
 */
export class HistoryWriter implements Daemon {
  readonly #runtime: Runtime
  readonly #reader: LogReader
  #active: Active | undefined
  #client: pg.Client | undefined
  #work: Promise<void> | undefined
  #stopped = false
  #reopen = false
  #timer: NodeJS.Timeout | undefined
  #pause = 0
  #failures = 0
  #partitionsAt = 0
  readonly #counts = { entries: 0, batches: 0, refused: 0, settled: 0, found: 0 }

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    this.#reader = new LogReader(
      runtime,
      () => this.#gather(),
      (problem) => this.#askAgain(problem),
    )
  }

  async start(): Promise<this> {
    this.#begin(() => this.#activate())
    await this.#work
    return this
  }

  tick(): void {
    this.#reader.check()
    if (this.#pause > 0) {
      this.#pause--
      return
    }
    if (!this.#active) this.#begin(() => this.#activate())
    else this.#begin((active) => this.#upkeep(active))
  }

  /** Messages that were on their way when the connection was lost are requested again. */
  reconnect(): void {
    this.#askAgain('the connection was lost')
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#reader.close()
    await this.#work
    await this.#leave()
  }

  /** `active` is 1 in the process that writes; `secondsBehind` is the age of the oldest entry not written yet. */
  stats(): Record<string, number> {
    const { oldest, pending } = this.#reader
    const now = this.#runtime.clock.now().getTime()
    return {
      active: this.#active ? 1 : 0,
      pending,
      secondsBehind: oldest === undefined ? 0 : Math.max(0, (now - oldest) / 1_000),
      ...this.#counts,
    }
  }

  #gather(): void {
    if (this.#reader.buffered >= batchSize) this.#begin(() => this.#drain())
    else this.#timer ??= setTimeout(() => this.#gathered(), gather)
  }

  #gathered(): void {
    this.#timer = undefined
    this.#begin(() => this.#drain())
  }

  #askAgain(problem: string): void {
    this.#runtime.log.warn({ problem }, 'the job log does not answer as expected; asking again')
    this.#reopen = true
    this.#begin(() => this.#drain())
  }

  /** The connection does one piece of work at a time. */
  #begin(work: (active: Active) => Promise<void>): void {
    if (this.#work || this.#stopped) return
    this.#work = this.#attempt(work).finally(() => {
      this.#work = undefined
      if (this.#active && this.#pause === 0 && (this.#reopen || this.#reader.buffered > 0)) this.#gather()
    })
  }

  async #attempt(work: (active: Active) => Promise<void>): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    try {
      if (!this.#active && !(await this.#enter())) return
      if (this.#active) await work(this.#active)
      this.#failures = 0
    } catch (error) {
      if (this.#stopped) return
      this.#failures++
      this.#pause = Math.min(10, 2 ** this.#failures)
      this.#runtime.log.error(
        { err: error, pause: this.#pause },
        'the history cannot be written; trying again',
      )
      await this.#leave()
    }
  }

  async #activate(): Promise<void> {
    await this.#drain()
  }

  /** Takes the lock and reads the position. False if another process writes. */
  async #enter(): Promise<boolean> {
    const { clock, databaseUrl, log } = this.#runtime
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'job-history writer',
      keepAlive: true,
    })
    client.on('error', () => undefined)
    client.once('end', () => {
      if (this.#client === client) this.#lost()
    })
    await client.connect()
    this.#client = client
    const { rows } = await client.query<{ taken: boolean }>(
      "select pg_try_advisory_lock(hashtext('danbooru-jobs job-history')) as taken",
    )
    if (!rows[0]?.taken) {
      await this.#leave()
      return false
    }
    await prepareToWrite(client)
    const store = new HistoryStore(client)
    await this.#preparePartitions(store, clock.now())
    const position = await loadPosition(this.#runtime, client)
    await this.#reader.open(position.log)
    this.#active = this.#activeFrom(store, position)
    if (position.queueReplaced) {
      await this.#active.reconciliation.settleReplacedQueue()
      await rememberQueue(this.#runtime, client)
    }
    log.info({ position: position.log }, 'this process writes the history')
    return true
  }

  #activeFrom(store: HistoryStore, position: Position): Active {
    const reconciliation = new Reconciliation(this.#runtime, store, this.#counts)
    const missing = new MissingCopies(this.#runtime, store, position.queue, this.#counts)
    return { store, reconciliation, missing, position: position.log, knownUntil: position.knownUntil }
  }

  #lost(): void {
    this.#active = undefined
    this.#client = undefined
    this.#reader.close()
  }

  async #leave(): Promise<void> {
    const client = this.#client
    this.#lost()
    await client?.end().catch(() => undefined)
  }

  async #drain(): Promise<void> {
    for (;;) {
      const active = this.#active
      if (!active || this.#stopped) return
      if (this.#reopen) await this.#openAgain(active)
      if (this.#reader.buffered === 0) return
      const messages = this.#reader.take(batchSize, batchBytes)
      if (messages.length === 0) this.#reopen = true
      else await this.#write(active, messages)
      if (this.#reader.buffered < batchSize) return
    }
  }

  async #openAgain(active: Active): Promise<void> {
    await this.#reader.open(active.position)
    this.#reopen = false
  }

  async #write(active: Active, messages: readonly LogMessage[]): Promise<void> {
    const last = messages.at(-1)
    if (last === undefined) return
    try {
      await this.#store(active, messages, last)
    } catch (error) {
      if (!isRefusal(error)) throw error
      await this.#writeInParts(active, messages, error)
      return
    }
    active.position = last.logSequence
    this.#reader.acknowledge(last)
    this.#counts.batches++
  }

  /** PostgreSQL refuses a value in the batch: writes halves of it, down to the entry itself, which is left out. */
  async #writeInParts(active: Active, messages: readonly LogMessage[], error: unknown): Promise<void> {
    const [only] = messages
    if (only === undefined) return
    if (messages.length > 1) {
      const middle = messages.length >> 1
      await this.#write(active, messages.slice(0, middle))
      await this.#write(active, messages.slice(middle))
      return
    }
    this.#counts.refused++
    const { subject, logSequence } = only
    this.#runtime.log.error({ err: error, subject, logSequence }, 'left out of the history')
    await writePosition(active.store.client, only, active.missing.upTo)
    active.position = logSequence
    this.#reader.acknowledge(only)
  }

  async #store(active: Active, messages: readonly LogMessage[], last: LogMessage): Promise<void> {
    const entries = messages
      .filter(({ logSequence }) => logSequence > active.position)
      .flatMap((message) => message.entries)
    const queue = await active.missing.before(entries)
    await active.store.apply(entries, {
      now: this.#runtime.clock.now(),
      knownBefore: (messages[0]?.logSequence ?? 0) <= active.knownUntil,
      also: (client) => writePosition(client, last, queue),
    })
    active.missing.advance(queue)
    this.#counts.entries += entries.length
  }

  async #upkeep(active: Active): Promise<void> {
    await this.#drain()
    const now = this.#runtime.clock.now()
    if (now.getTime() - this.#partitionsAt > hour) await this.#preparePartitions(active.store, now)
    if (this.#reader.pending > 0) return
    await active.missing.atTheEnd()
    await active.reconciliation.step()
  }

  async #preparePartitions(store: HistoryStore, now: Date): Promise<void> {
    const run = sqlOfClient(store.client)
    await store.transaction(() => preparePartitions(run, now))
    const dropped = await store.transaction(() => dropPartitionsBefore(run, new Date(now.getTime() - kept)))
    if (dropped.length > 0) this.#runtime.log.info({ dropped }, 'old history dropped')
    this.#partitionsAt = now.getTime()
  }
}
