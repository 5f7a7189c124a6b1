import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { type PostgresServer, startPostgres } from '../../infra/src/index.ts'
import { migrateDatabase } from '../../infra/src/migrate.ts'
import { fastSettings } from '../harness/database.ts'
import { deleteConsumer, fillStore, publishBadHeaders } from './disturb-nats.ts'
import type { Fault } from './faults.ts'
import { chaosJob } from './jobs.ts'
import { NatsNodes } from './nats-nodes.ts'
import { FlakyLine } from './proxy.ts'
import { RestartingProcess } from './restarting-process.ts'

export interface WorldOptions {
  readonly folder: string
  readonly natsServer: string
  readonly nodes: 1 | 3
  readonly workers: number
  readonly jobs: number
  readonly killers: number
  /** Makes the ids of the jobs. */
  readonly name: string
}

/** Everything that a run needs, and everything that can go wrong with it. */
export class World {
  readonly nats: NatsNodes
  readonly natsUrl: string
  readonly databaseUrl: string
  readonly publisher: RestartingProcess
  readonly #workers: RestartingProcess[]
  readonly #relay: RestartingProcess
  readonly #history: RestartingProcess
  readonly #lines: { readonly nats: FlakyLine; readonly postgres: FlakyLine }
  #postgres: PostgresServer
  /** How many jobs the publisher is sure of. */
  #confirmed = 0
  #allConfirmed = false

  private constructor(
    options: WorldOptions,
    nats: NatsNodes,
    postgres: PostgresServer,
    lines: { nats: FlakyLine; postgres: FlakyLine },
  ) {
    this.nats = nats
    this.#postgres = postgres
    this.#lines = lines
    this.natsUrl = nats.urls
    this.databaseUrl = postgres.url
    const env = this.#environment(options)
    const start = (name: string, entry: string) =>
      new RestartingProcess({ entry, env, logFile: join(options.folder, `${name}.log`) })
    this.#workers = Array.from({ length: options.workers }, (_, index) =>
      start(`worker-${index}`, 'test/chaos/worker-process.ts'),
    )
    this.#relay = start('relay', 'services/outbox-relay/src/main.ts')
    this.#history = start('history', 'services/job-history/src/main.ts')
    this.publisher = new RestartingProcess({
      entry: 'test/chaos/publisher-process.ts',
      env,
      logFile: join(options.folder, 'publisher.log'),
      args: () => [options.name, `${this.#confirmed}`, `${options.jobs}`, `${options.killers}`],
      onLine: (line) => this.#hear(line),
    })
  }

  static async start(options: WorldOptions): Promise<World> {
    const postgres = await startPostgres({
      dataDir: join(options.folder, 'postgres'),
      settings: fastSettings,
    })
    await migrateDatabase(postgres.url)
    await query(
      postgres.url,
      `create schema chaos;
       create table chaos.effects (type text not null, n integer not null, job_id text not null, attempt integer, host text)`,
    )
    const nats = await NatsNodes.start(
      options.natsServer,
      options.folder,
      options.nodes,
      options.jobs > 10_000 ? '1GB' : '128MB',
    )
    const lines = { nats: await FlakyLine.to(nats.port), postgres: await FlakyLine.to(postgres.port) }
    return new World(options, nats, postgres, lines)
  }

  get confirmed(): number {
    return this.#confirmed
  }

  get allConfirmed(): boolean {
    return this.#allConfirmed
  }

  get starts(): number {
    return this.#workers.reduce((sum, one) => sum + one.starts, 0)
  }

  async apply(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill-worker':
        return this.#workers[fault.worker]?.signal('SIGKILL')
      case 'terminate-worker':
        return this.#workers[fault.worker]?.signal('SIGTERM')
      case 'kill-publisher':
        return this.publisher.signal('SIGKILL')
      case 'kill-relay':
        return this.#relay.signal('SIGKILL')
      case 'kill-history':
        return this.#history.signal('SIGKILL')
      case 'kill-postgres':
        await this.#postgres.kill9()
        await delay(fault.down)
        this.#postgres = await this.#postgres.restart()
        return
      case 'read-only':
        return this.#writable(false)
          .then(() => delay(fault.last))
          .then(() => this.#writable(true))
      case 'full-store':
        return fillStore(this.nats.urls, fault.last)
      case 'bad-headers':
        return publishBadHeaders(this.nats.port)
      case 'delete-consumer':
        return deleteConsumer(this.nats.urls, chaosJob.name)
      case 'kill-nats':
        return this.nats.kill(fault.down)
      case 'kill-leader':
        await this.nats.killLeader(fault.down)
        return
      case 'cut':
        return this.#lines[fault.line].cut()
      case 'slow':
      case 'throttle': {
        const line = this.#lines[fault.line]
        line.change(fault.kind === 'slow' ? { delay: fault.delay } : { bytesPerSecond: fault.bytesPerSecond })
        void delay(fault.last).then(() => line.change({}))
        return
      }
      default:
        return fault satisfies never
    }
  }

  /** Nothing is slow any more. */
  heal(): void {
    this.#lines.nats.change({})
    this.#lines.postgres.change({})
  }

  async stop(): Promise<void> {
    const processes = [this.publisher, ...this.#workers, this.#relay, this.#history]
    await Promise.all(processes.map((one) => one.stop()))
    await Promise.all([this.#lines.nats, this.#lines.postgres].map((line) => line[Symbol.asyncDispose]()))
    await Promise.all([this.nats.stop(), this.#postgres.kill9()])
  }

  /** Ends what is being written, too: a replica that takes over has no connection of the old primary. */
  async #writable(isWritable: boolean): Promise<void> {
    await query(
      this.databaseUrl,
      `alter system set default_transaction_read_only = ${isWritable ? 'off' : 'on'}`,
    )
    await query(this.databaseUrl, 'select pg_reload_conf()')
    if (isWritable) return
    const others =
      "datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()"
    await query(this.databaseUrl, `select pg_terminate_backend(pid) from pg_stat_activity where ${others}`)
  }

  #environment({ nodes }: WorldOptions): Record<string, string> {
    const database = new URL(this.databaseUrl)
    database.port = `${this.#lines.postgres.port}`
    return {
      NATS_URL: nodes === 1 ? `nats://127.0.0.1:${this.#lines.nats.port}` : this.natsUrl,
      DATABASE_URL: database.href,
      STREAM_REPLICAS: `${nodes}`,
      ACK_WAIT_SECONDS: '2',
      SHUTDOWN_GRACE_SECONDS: '1',
      MAX_THREADS: '30',
      LOG_LEVEL: 'warn',
    }
  }

  #hear(line: string): void {
    const said = /^\{"msg":"(confirmed|all confirmed)"(?:,"until":(\d+))?/.exec(line)
    if (said?.[1] === 'all confirmed') this.#allConfirmed = true
    if (said?.[2] !== undefined) this.#confirmed = Number(said[2])
  }
}

/** One statement, on a connection of its own. */
export async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}
