import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  findNatsServer,
  type NatsServer,
  type NatsServerBinary,
  type PostgresServer,
  startNatsServer,
  startPostgres,
} from '../../infra/src/index.ts'
import { migrateDatabase } from '../../infra/src/migrate.ts'
import { formatVersion } from '../../infra/src/nats/version.ts'
import { findRedisServer, type RedisServer, redisVersion, startRedis } from './redis-server.ts'
import { alternate, type Turn } from './rounds.ts'

/**
 * What a stored job survives, on every side alike.
 *
 * - `process`: a killed server process, not a power cut. NATS as it comes (written, synced every two minutes), PostgreSQL with
 *   `fsync=off` (written at every commit), Redis with `appendfsync everysec`.
 * - `power`: a power cut too. NATS with `sync_interval: always`, PostgreSQL as it comes, Redis with `appendfsync always`.
 */
export type Durability = 'process' | 'power'

export interface BedOptions {
  readonly durability: Durability
  /** What sizes are multiplied by. */
  readonly scale: number
  readonly rounds: number
  readonly log: (line: string) => void
}

/** What a benchmark runs on: servers of its own, started when they are first asked for. */
export interface Bed extends AsyncDisposable {
  readonly durability: Durability
  readonly rounds: number
  readonly log: (line: string) => void
  /** A number of jobs, scaled by what the command line says. */
  size(full: number): number
  /** A nats-server without streams; each name has its own, kept until the bed is taken down. */
  nats(name?: string): Promise<NatsServer>
  /** The URL of a database with the complete schema; each name has its own on the same server. */
  database(name?: string): Promise<string>
  /** Undefined where there is no `redis-server`. */
  redis(): Promise<string | undefined>
  /** Lets sides take turns, {@link Bed.rounds} times. */
  alternate<Value>(turns: ReadonlyMap<string, Turn<Value>>): Promise<Map<string, Value[]>>
  versions(): Promise<Record<string, string>>
}

export async function makeBed(options: BedOptions): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'danbooru-jobs-bench-'))
  const binary = await findNatsServer({
    onFetch: (source) => options.log(`looking for a nats-server: ${source}`),
  })
  const redisProgram = await findRedisServer(process.env)
  const servers = new Servers(folder, binary, redisProgram, options.durability)
  return {
    durability: options.durability,
    rounds: options.rounds,
    log: options.log,
    size: (full) => Math.max(100, Math.round((full * options.scale) / 100) * 100),
    nats: (name = 'nats') => servers.nats(name),
    database: (name = 'bench') => servers.database(name),
    redis: () => servers.redis(),
    alternate: (turns) =>
      alternate(turns, options.rounds, (side, round) =>
        options.log(`  round ${round + 1} of ${options.rounds}: ${side}`),
      ),
    versions: async () => ({
      'nats-server': formatVersion(binary.version),
      redis: redisProgram === undefined ? 'none found' : await redisVersion(redisProgram),
    }),
    async [Symbol.asyncDispose]() {
      await servers.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

class Servers {
  readonly #folder: string
  readonly #binary: NatsServerBinary
  readonly #redisProgram: string | undefined
  readonly #durability: Durability
  readonly #nats = new Map<string, Promise<NatsServer>>()
  readonly #databases = new Map<string, Promise<string>>()
  #postgres: Promise<PostgresServer> | undefined
  #redis: Promise<RedisServer> | undefined

  constructor(folder: string, binary: NatsServerBinary, redis: string | undefined, durability: Durability) {
    this.#folder = folder
    this.#binary = binary
    this.#redisProgram = redis
    this.#durability = durability
  }

  nats(name: string): Promise<NatsServer> {
    const started = this.#nats.get(name) ?? this.#startNats(name)
    this.#nats.set(name, started)
    return started
  }

  database(name: string): Promise<string> {
    const made = this.#databases.get(name) ?? this.#makeDatabase(name)
    this.#databases.set(name, made)
    return made
  }

  async redis(): Promise<string | undefined> {
    if (this.#redisProgram === undefined) return undefined
    const fsync = this.#durability === 'power' ? 'always' : 'everysec'
    this.#redis ??= startRedis(this.#redisProgram, join(this.#folder, 'redis'), fsync)
    return (await this.#redis).url
  }

  async stop(): Promise<void> {
    const running = [this.#postgres, this.#redis, ...this.#nats.values()]
    await Promise.allSettled(running.map(async (server) => (await server)?.stop()))
  }

  #startNats(name: string): Promise<NatsServer> {
    const config = this.#durability === 'power' ? 'jetstream { sync_interval: always }' : ''
    const dataDir = join(this.#folder, name)
    return startNatsServer({ binary: this.#binary.path, dataDir, config: storeIn(dataDir, config) })
  }

  async #makeDatabase(name: string): Promise<string> {
    this.#postgres ??= startPostgres({
      dataDir: join(this.#folder, 'postgres'),
      settings: {
        shared_buffers: '512MB',
        max_wal_size: '4GB',
        ...(this.#durability === 'process' && { fsync: 'off', full_page_writes: 'off' }),
      },
    })
    const server = await this.#postgres
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    await client.query(`create database ${pg.escapeIdentifier(name)}`)
    await client.end()
    const url = new URL(`/${name}`, server.url).href
    await migrateDatabase(url)
    return url
  }
}

/** A second `jetstream` block replaces the first one. */
function storeIn(dataDir: string, config: string): string {
  return config === '' ? '' : config.replace('{', `{ store_dir: ${JSON.stringify(dataDir)}, `)
}
