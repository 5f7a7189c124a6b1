import { access, mkdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../process/free-port.ts'
import {
  type ServerProcess,
  ServerStartError,
  spawnServer,
  waitUntilReady,
} from '../process/server-process.ts'
import { type Account, postgresAccount } from './account.ts'
import { postgresBinaries } from './binaries.ts'
import { createCluster, takeOverCluster } from './cluster.ts'

export interface PostgresOptions {
  /** The cluster. Created when missing; a log file `<dataDir>.log` is kept beside it. */
  readonly dataDir: string
  /** 0 takes a free one. Default 0. */
  readonly port?: number
  /** Created when missing. Default `danbooru`. */
  readonly database?: string
  /** Server settings by name, `{ fsync: 'off' }`, over PostgreSQL's own defaults. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A PostgreSQL server that does not outlive this process. */
export interface PostgresServer {
  /** `postgres://danbooru@127.0.0.1:<port>/<database>`; no password, and only this machine can connect. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Fulfilled when the server has ended, however. */
  readonly exited: Promise<string>
  /** Breaks off what runs, writes everything down, ends. */
  stop(): Promise<void>
  kill9(): Promise<void>
  /** Starts a new server on the same port and data. The old one must have ended. */
  restart(): Promise<PostgresServer>
}

const user = 'danbooru'
const host = '127.0.0.1'

/**
 * Starts PostgreSQL and waits until it takes connections; creates cluster and database on the first start. A
 * server that an earlier run left behind on the same folder is stopped first.
 *
 * @throws {ServerStartError} when it ends before it is ready, as with a port that is taken.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const dataDir = resolve(options.dataDir)
  const { postgres, initdb } = await postgresBinaries()
  await mkdir(dirname(dataDir), { recursive: true })
  const account = await postgresAccount(dataDir, [postgres, dirname(dataDir)])
  await takeOverCluster(dataDir)
  const durable = options.settings?.fsync !== 'off'
  if (!(await exists(join(dataDir, 'PG_VERSION'))))
    await createCluster({ initdb, dataDir, account, user, durable })
  const port = options.port || (await freePort())
  const server = await launch({ ...options, postgres, account, dataDir, port })
  const url = `postgres://${user}@${host}:${port}/${options.database ?? 'danbooru'}`
  await createDatabase(url).catch(async (error) => {
    await server.stop()
    throw error
  })
  const { pid, exited } = server
  const restart = () => startPostgres({ ...options, dataDir, port })
  return { url, port, pid, exited, stop: () => server.stop(), kill9: () => server.kill9(), restart }
}

interface Launch extends PostgresOptions {
  readonly postgres: string
  readonly account: Account
  readonly port: number
}

/**
 * Starts the server. What a killed server's connections still hold of its shared memory is let go of within
 * moments; until then a new one refuses to start, and is started again.
 */
async function launch(options: Launch): Promise<ServerProcess> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const server = spawnServer(serverCommand(options))
    try {
      const isReady = () => reportsReady(options.dataDir, server.pid)
      await waitUntilReady('PostgreSQL', server, isReady)
      return server
    } catch (error) {
      const held = error instanceof Error && error.message.includes('pre-existing shared memory block')
      if (!held || Date.now() > deadline) throw error
      await delay(100)
    }
  }
}

function serverCommand({ postgres, account, dataDir, port, settings }: Launch) {
  const all = {
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_connections: '200',
    ...settings,
    listen_addresses: host,
    unix_socket_directories: '',
    port: `${port}`,
  }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return {
    name: 'PostgreSQL',
    ...account.command(postgres, ['-D', dataDir, ...flags]),
    logFile: `${dataDir}.log`,
    // "Fast shutdown"; SIGTERM would wait until every client has gone by itself.
    stopSignal: 'SIGINT' as const,
    env: { LC_ALL: 'C' },
  }
}

/** The server itself writes its state into line 8 of `postmaster.pid`; `pg_ctl --wait` reads the same line. */
async function reportsReady(dataDir: string, pid: number): Promise<true | undefined> {
  const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  return lines[0] === `${pid}` && lines[7]?.trim() === 'ready' ? true : undefined
}

async function createDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  const client = new pg.Client({ connectionString: new URL('/postgres', url).href })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
  } catch (error) {
    throw new ServerStartError(`Database ${name} could not be created: ${error}`)
  } finally {
    await client.end()
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
