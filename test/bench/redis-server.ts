import { spawn } from 'node:child_process'
import { access, mkdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { freePort } from '../../infra/src/index.ts'
import { spawnServer, waitUntilReady } from '../../infra/src/process/server-process.ts'
import { connectable } from './connectable.ts'

/** A redis-server that does not outlive this process. */
export interface RedisServer {
  readonly url: string
  stop(): Promise<void>
}

/** The program named by `REDIS_SERVER`, or `redis-server` or `valkey-server` on the `PATH`; undefined if there is none. */
export async function findRedisServer(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (env.REDIS_SERVER) return env.REDIS_SERVER
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    for (const name of ['redis-server', 'valkey-server']) {
      const path = join(folder, name)
      const found = await access(path).then(
        () => true,
        () => false,
      )
      if (folder !== '' && found) return path
    }
  }
  return undefined
}

/**
 * Starts it with the append-only file that BullMQ's guide for production asks for.
 *
 * @param fsync when it is written through to the disk: once a second, or after every write.
 */
export async function startRedis(
  program: string,
  dataDir: string,
  fsync: 'everysec' | 'always',
): Promise<RedisServer> {
  await mkdir(dataDir, { recursive: true })
  const port = await freePort()
  const server = spawnServer({
    name: 'redis-server',
    program,
    args: [
      ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dataDir, '--save', ''],
      ...['--appendonly', 'yes', '--appendfsync', fsync, '--maxmemory-policy', 'noeviction'],
    ],
    logFile: join(dataDir, 'redis.log'),
    stopSignal: 'SIGTERM',
  })
  await waitUntilReady('redis-server', server, () => connectable(port))
  return { url: `redis://127.0.0.1:${port}`, stop: () => server.stop() }
}

/** The first line of `redis-server --version`. */
export function redisVersion(program: string): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const child = spawn(program, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] })
    child.stdout.on('data', (chunk) => {
      text += String(chunk)
    })
    child.once('error', () => resolve('unknown'))
    child.once('close', () => resolve(/v=([0-9.]+)/.exec(text)?.[1] ?? text.trim()))
  })
}
