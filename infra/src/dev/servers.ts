import { join } from 'node:path'
import { findNatsServer } from '../nats/find-nats-server.ts'
import { startNatsServer, takeOverNats } from '../nats/nats-server.ts'
import { takeOverCluster } from '../postgres/cluster.ts'
import { startPostgres } from '../postgres/postgres-server.ts'
import { checkDatabase, checkNats } from '../reachable.ts'
import type { MachineSettings } from '../settings.ts'
import { type KeptRunning, keepRunning } from './keep-running.ts'
import { choosePorts } from './ports.ts'

/** The NATS server and the database to work with: started here, or given by an address. */
export interface Servers {
  readonly natsUrl: string
  readonly databaseUrl: string
  /** Rejected when a server that was started here ends again and again. */
  readonly failed: Promise<never>
  /** Stops the servers that were started here: first NATS, then PostgreSQL. */
  stop(): Promise<void>
  kill9(): Promise<void>
}

/**
 * Starts the servers whose address is not set, and makes sure that the others answer.
 *
 * @throws {ExpectedError} when that does not work
 */
export async function startServers({ natsUrl, databaseUrl, dataDir }: MachineSettings): Promise<Servers> {
  await Promise.all([
    natsUrl === undefined ? undefined : checkNats(natsUrl),
    databaseUrl === undefined ? undefined : checkDatabase(databaseUrl),
  ])
  const folders = { nats: join(dataDir, 'nats'), postgres: join(dataDir, 'postgres') }
  // Servers of an earlier run may still hold the ports, which stay the same from start to start.
  await Promise.all([takeOverNats(folders.nats), takeOverCluster(folders.postgres)])
  const ports = await choosePorts(dataDir)
  const started: KeptRunning[] = []
  const keep = (kept: KeptRunning) => {
    started.push(kept)
    return kept.url
  }
  const stop = async () => {
    for (const server of started.toReversed()) await server.stop()
  }
  try {
    const ownDatabase = databaseUrl ?? keep(await ownPostgres(folders.postgres, ports.postgres))
    const ownNats = natsUrl ?? keep(await ownNatsServer(folders.nats, ports.nats))
    const failed = Promise.race([
      new Promise<never>(() => undefined),
      ...started.map((server) => server.failed),
    ])
    failed.catch(() => undefined)
    const kill9 = async () => void (await Promise.all(started.map((server) => server.kill9())))
    return { natsUrl: ownNats, databaseUrl: ownDatabase, failed, stop, kill9 }
  } catch (error) {
    await stop()
    throw error
  }
}

async function ownPostgres(dataDir: string, port: number): Promise<KeptRunning> {
  return keepRunning('PostgreSQL', await startPostgres({ dataDir, port }))
}

async function ownNatsServer(dataDir: string, port: number): Promise<KeptRunning> {
  const onFetch = (source: string) => console.error(`Looking for a nats-server: ${source}`)
  const { path: binary } = await findNatsServer({ onFetch })
  return keepRunning('nats-server', await startNatsServer({ binary, dataDir, port }))
}
