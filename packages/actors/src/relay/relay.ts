import { checkMessage, natsHeader, publishMessage, type ServerReply } from '@danbooru-jobs/contracts/wire'
import { SpanKind } from '@opentelemetry/api'
import pg from 'pg'
import type { Outbox } from '../outbox/outbox.ts'
import type { Daemon } from '../runtime/daemon.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { RunSql } from '../sql/run-sql.ts'
import { storableJson } from '../sql/storable.ts'
import { inSpan, type SpanDescription } from '../tracing/spans.ts'
import type { KnownTraceHeaders } from '../tracing/trace-context.ts'
import { type Judged, judgeFailure, judgeReply } from '../transport/judge-reply.ts'
import { refusedNotices } from './refused-jobs.ts'

/** A message of a committed transaction. */
export interface OutboxRow {
  readonly id: string
  readonly subject: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** What became of publishing a row. */
export type Relayed = Judged & { readonly row: OutboxRow }

const batchSize = 500
/** How long NATS may take to answer, milliseconds. */
const publishTimeout = 10_000
/** How long a refused message is set aside before it is tried again, milliseconds. */
const refusedPause = 60_000

/**
 * Publishes what committed transactions have left in `jobs.outbox`, in order, and deletes a row once NATS has stored its message.
 * Rows are locked while they are published, so several relays may run; the message id makes a repetition after a crash harmless.
 * Sleeps until PostgreSQL notifies it of new rows.
 */
export class OutboxRelay implements Daemon {
  readonly #runtime: Runtime
  #listener: pg.Client | undefined
  #stopped = false
  #working: Promise<void> | undefined
  #again = false
  #quietTicks = 0
  #relayed = 0
  #refused = 0
  #failures = 0

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  async start(): Promise<this> {
    await this.#listen().catch((error) => this.#lostListener(error))
    this.wake()
    return this
  }

  /** Relays what there is; called again while it is at work, it looks once more. */
  wake(): void {
    this.#again = true
    if (this.#working || this.#stopped) return
    this.#working = this.#work().finally(() => {
      this.#working = undefined
      if (this.#again && !this.#stopped && this.#failures === 0) this.wake()
    })
  }

  /** A notification may get lost with its connection, so it looks by itself every few seconds too. */
  tick(): void {
    this.#quietTicks++
    const pause = Math.min(30, 2 ** this.#failures)
    if (this.#quietTicks < Math.max(pause, this.#failures === 0 ? 5 : 1)) return
    this.#quietTicks = 0
    if (!this.#listener) void this.#listen().catch((error) => this.#lostListener(error))
    this.wake()
  }

  reconnect(): void {
    this.#failures = 0
    this.wake()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#working
    await this.#listener?.end().catch(() => undefined)
  }

  stats(): Record<string, number> {
    return { relayed: this.#relayed, refused: this.#refused }
  }

  /** How many rows wait to be relayed; more than 100,000 are reported as 100,000, so that the query stays cheap. */
  async measure(): Promise<Record<string, number>> {
    const [row] = await this.#runtime.sql().run<{ rows: string; refused: string; oldest: string | null }>(
      `select count(*) as rows, count(refused_at) as refused,
                extract(epoch from now() - min(created_at)) as oldest
           from (select refused_at, created_at from jobs.outbox order by id limit 100000) as waiting`,
    )
    return {
      rows: Number(row?.rows ?? 0),
      refusedRows: Number(row?.refused ?? 0),
      oldestAgeSeconds: Math.max(0, Number(row?.oldest ?? 0)),
    }
  }

  async #work(): Promise<void> {
    try {
      this.#again = false
      while (!this.#stopped) {
        const batch = await this.#runtime.sql().inTransaction((run, outbox) => this.#relayBatch(run, outbox))
        if (batch.failure !== undefined) throw batch.failure
        this.#failures = 0
        if (batch.size < batchSize) return
      }
    } catch (error) {
      this.#failures = Math.min(5, this.#failures + 1)
      this.#runtime.log.error({ err: error }, 'the outbox could not be relayed; trying again')
    }
  }

  async #relayBatch(run: RunSql, outbox: Outbox): Promise<{ size: number; failure?: unknown }> {
    const again = new Date(this.#runtime.clock.now().getTime() - refusedPause)
    const rows = await run<OutboxRow>(
      `select id, subject, headers, body from jobs.outbox
        where refused_at is null or refused_at < ? order by id limit ? for update skip locked`,
      [again, batchSize],
    )
    if (rows.length === 0) return { size: 0 }
    const relayed = await Promise.all(rows.map((row) => this.#publish(row)))
    await this.#record(run, relayed)
    const occupied = relayed.flatMap((one) => (one.kind === 'stored' && one.alreadyQueued ? [one.row] : []))
    for (const notice of await refusedNotices(this.#runtime.jsm, occupied)) {
      if (notice.kind === 'message') outbox.send(notice.message)
    }
    const later = relayed.find((result) => result.kind === 'later')
    return later ? { size: rows.length, failure: later.error } : { size: rows.length }
  }

  /** Messages of one connection reach their stream in the order in which they were sent. */
  async #publish(row: OutboxRow): Promise<Relayed> {
    return { ...(await this.#send(row).then(judgeReply, judgeFailure)), row }
  }

  /** Rejects, rather than throws, for a row that cannot be published: the others go on. */
  async #send(row: OutboxRow): Promise<ServerReply> {
    checkMessage(row)
    const headers = { [natsHeader.msgId]: `outbox-${row.id}`, ...row.headers }
    const publish = (trace: KnownTraceHeaders) =>
      publishMessage(this.#runtime.nats, { ...row, headers: { ...headers, ...trace } }, publishTimeout)
    return row.headers.traceparent === undefined
      ? publish({})
      : inSpan(relaySpan(row), (_, trace) => publish(trace))
  }

  async #record(run: RunSql, relayed: readonly Relayed[]): Promise<void> {
    const stored = relayed.filter((result) => result.kind === 'stored').map(({ row }) => row.id)
    if (stored.length > 0) {
      await run('delete from jobs.outbox where id = any(?::bigint[])', [`{${stored.join(',')}}`])
    }
    const refused = relayed.filter((result) => result.kind === 'refused')
    for (const { row, reason } of refused) {
      const detail = { outboxId: row.id, subject: row.subject, reason }
      this.#runtime.log.error(
        detail,
        'a message of the outbox cannot be published; it stays there and is tried every minute',
      )
    }
    if (refused.length > 0) {
      const reasons = refused.map(({ row, reason }) => ({ id: row.id, reason }))
      await run(
        `update jobs.outbox set refused_at = ?, refusal = refused.reason
           from jsonb_to_recordset(?::jsonb) as refused(id bigint, reason text) where outbox.id = refused.id`,
        [this.#runtime.clock.now(), storableJson(reasons)],
      )
    }
    this.#relayed += stored.length
    this.#refused += refused.length
  }

  async #listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#runtime.databaseUrl,
      application_name: 'outbox-relay listener',
      keepAlive: true,
    })
    client.on('error', (error) => this.#lostListener(error))
    client.on('notification', () => this.wake())
    await client.connect()
    await client.query('listen jobs_outbox')
    this.#listener = client
  }

  #lostListener(error: unknown): void {
    this.#listener = undefined
    if (!this.#stopped)
      this.#runtime.log.warn({ err: error }, 'not listening to the outbox; looking every few seconds instead')
  }
}

/** Each relayed message of a trace is a span of its own: it shows how long the outbox held it. */
function relaySpan({ id, subject, headers }: OutboxRow): SpanDescription {
  const destination = /^[^.]*(\.[^.]*)?/.exec(subject)?.[0] ?? subject
  const attributes = {
    'messaging.system': 'nats',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.destination.name': destination,
    'messaging.message.id': headers[natsHeader.msgId] ?? `outbox-${id}`,
  }
  return { name: `send ${destination}`, kind: SpanKind.PRODUCER, attributes, parent: headers }
}
