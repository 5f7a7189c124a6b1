import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { stopLeftOver } from '../process/process-table.ts'
import { type ServerProcess, spawnServer, waitUntilReady } from '../process/server-process.ts'

export interface NatsServerOptions {
  /** Path of the executable; see `findNatsServer`. */
  readonly binary: string
  /** Streams, configuration, log and pid file are kept here. Created when missing. */
  readonly dataDir: string
  /** 0 lets the server choose one. Default 0. */
  readonly port?: number
  /** Default 127.0.0.1: reachable from this machine only. */
  readonly host?: string
  /** More configuration, in nats-server's own format. */
  readonly config?: string
}

/** A nats-server with JetStream that does not outlive this process. */
export interface NatsServer {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Fulfilled when the server has ended, however. */
  readonly exited: Promise<string>
  stop(): Promise<void>
  kill9(): Promise<void>
  /** Starts a new server on the same port and data. The old one must have ended. */
  restart(): Promise<NatsServer>
}

/**
 * Starts a nats-server with JetStream and waits until it takes connections. A server that an earlier run left
 * behind on the same folder is stopped first.
 *
 * @throws {ServerStartError} when it ends before it is ready, as with a port that is taken.
 */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const host = options.host ?? '127.0.0.1'
  const dataDir = resolve(options.dataDir)
  const { configFile, pidFile } = filesIn(dataDir)
  await mkdir(dataDir, { recursive: true })
  await takeOverNats(dataDir)
  await forgetPorts(dataDir)
  await writeFile(configFile, configuration({ ...options, dataDir, host, pidFile }))
  const server = spawnServer({
    name: 'nats-server',
    program: options.binary,
    args: ['--config', configFile],
    logFile: join(dataDir, 'nats-server.log'),
    stopSignal: 'SIGTERM',
  })
  const portsFile = join(dataDir, `nats-server_${server.pid}.ports`)
  const port = await waitUntilReady('nats-server', server, () => readPort(portsFile))
  return running(server, { ...options, host, port })
}

/** Stops a server that an earlier run left behind on this folder. */
export async function takeOverNats(dataDir: string): Promise<void> {
  const { configFile, pidFile } = filesIn(resolve(dataDir))
  await stopLeftOver({ pidFile, marker: configFile, stopSignal: 'SIGTERM' })
}

function filesIn(dataDir: string) {
  return { configFile: join(dataDir, 'nats-server.conf'), pidFile: join(dataDir, 'nats-server.pid') }
}

function running(
  server: ServerProcess,
  options: NatsServerOptions & { readonly host: string; readonly port: number },
): NatsServer {
  const { pid, exited } = server
  return {
    url: `nats://${options.host}:${options.port}`,
    port: options.port,
    pid,
    exited,
    stop: () => server.stop(),
    kill9: () => server.kill9(),
    restart: () => startNatsServer(options),
  }
}

interface Configuration extends NatsServerOptions {
  readonly host: string
  readonly pidFile: string
}

function configuration({ host, port = 0, dataDir, pidFile, config = '' }: Configuration): string {
  return `server_name: danbooru-jobs
host: ${JSON.stringify(host)}
port: ${port === 0 ? -1 : port}
pid_file: ${JSON.stringify(pidFile)}
ports_file_dir: ${JSON.stringify(dataDir)}
jetstream { store_dir: ${JSON.stringify(dataDir)} }
${config}
`
}

/** A killed server leaves its file behind, and process numbers are used again. */
async function forgetPorts(dataDir: string): Promise<void> {
  const stale = (await readdir(dataDir)).filter((name) => name.endsWith('.ports'))
  await Promise.all(stale.map((name) => rm(join(dataDir, name), { force: true })))
}

/** The server writes this file, `{"nats": ["nats://127.0.0.1:4222"], …}`, when it listens. */
async function readPort(portsFile: string): Promise<number | undefined> {
  const text = await readFile(portsFile, 'utf8').catch(() => '')
  const match = /"nats":\s*\[\s*"nats:\/\/[^"]*:(\d+)"/.exec(text)
  return match === null ? undefined : Number(match[1])
}
