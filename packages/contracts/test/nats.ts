import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { streamDeclarations } from '../src/wire.ts'

/** A nats-server of its own for one test file. */
export interface TestNats {
  readonly url: string
  readonly connection: NatsConnection
  readonly manager: JetStreamManager
  /** Kills the server; `revive` starts it again on the same port with the same data. */
  kill(): Promise<void>
  revive(): void
  stop(): Promise<void>
}

/** Starts a nats-server with JetStream on a free port and, unless it is asked not to, makes every declared stream. */
export async function startNats({ streams = true } = {}): Promise<TestNats> {
  const directory = await mkdtemp(join(process.env.TEST_DIRECTORY ?? tmpdir(), 'contracts-nats-'))
  let server = launch(directory, '-1')
  const url = await until(() => clientUrl(directory))
  const connection = await connect({ servers: url, maxReconnectAttempts: -1 })
  const manager = await jetstreamManager(connection)
  if (streams) for (const stream of streamDeclarations()) await manager.streams.add(stream)
  return {
    url,
    connection,
    manager,
    kill: () => server.end('SIGKILL'),
    revive: () => {
      server = launch(directory, new URL(url).port)
    },
    stop: async () => {
      await connection.close()
      await server.end('SIGTERM')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function launch(directory: string, port: string): { end(signal: NodeJS.Signals): Promise<void> } {
  const binary = process.env.TEST_NATS_SERVER ?? 'nats-server'
  const args = ['-js', '-sd', directory, '-a', '127.0.0.1', '-p', port, '--ports_file_dir', directory]
  const server = spawn(binary, args, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve())
    server.once('error', () => resolve())
  })
  return {
    end: async (signal) => {
      server.kill(signal)
      await ended
    },
  }
}

/** Polls until there is a value. */
export async function until<T>(look: () => Promise<T | undefined>, attempts = 200): Promise<T> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const value = await look()
    if (value !== undefined) return value
    await pause(50)
  }
  throw new Error('what was waited for did not come')
}

async function clientUrl(directory: string): Promise<string | undefined> {
  const file = (await readdir(directory)).find((name) => name.endsWith('.ports'))
  if (file === undefined) return undefined
  const text = await readFile(join(directory, file), 'utf8')
  if (text === '') return undefined
  const ports: { nats?: string[] } = JSON.parse(text)
  return ports.nats?.[0]
}
