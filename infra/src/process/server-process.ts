import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ExpectedError } from '../expected-error.ts'
import { signal } from './process-table.ts'
import { stopWithParent } from './watchdog.ts'

/** How a server is to be run. */
export interface ServerCommand {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  /** Both outputs are appended here. */
  readonly logFile: string
  /** The signal that asks it to stop at once but in order. */
  readonly stopSignal: NodeJS.Signals
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  readonly env?: Record<string, string>
}

/** A server that runs as a child of this process and does not outlive it. */
export interface ServerProcess {
  readonly pid: number
  /** Fulfilled when it has ended, with its exit code or signal. */
  readonly exited: Promise<string>
  hasExited(): boolean
  /** What it has written since it was started, at most the last 4 kB. */
  recentLog(): string
  /** Stops it in order, after ten seconds by force. */
  stop(): Promise<void>
  /** Kills it at once, without a shutdown. */
  kill9(): Promise<void>
}

/** A server could not be started. The message holds the end of its log. */
export class ServerStartError extends ExpectedError {
  override readonly name = 'ServerStartError'
}

/** Starts a server and, beside it, a watchdog that stops it should this process die. */
export function spawnServer(command: ServerCommand): ServerProcess {
  mkdirSync(dirname(command.logFile), { recursive: true })
  const log = openSync(command.logFile, 'a')
  const logStart = statSync(command.logFile).size
  const { uid, gid } = command
  // A process group of its own: Ctrl-C in a terminal must reach this process only, which stops the servers in order.
  const child = spawn(command.program, command.args, {
    stdio: ['ignore', log, log],
    detached: true,
    env: { ...process.env, ...command.env },
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  })
  closeSync(log)
  const { pid } = child
  const exited = whenExited(child)
  if (pid === undefined)
    throw new ServerStartError(`${command.name} could not be started: ${command.program}`)
  stopWithParent(pid, command.stopSignal, exited)
  const hasExited = () => child.exitCode !== null || child.signalCode !== null
  const end = async (name: NodeJS.Signals) => {
    if (!hasExited()) signal(pid, name)
    await exited
  }
  return {
    pid,
    exited,
    hasExited,
    recentLog: () => readFileSync(command.logFile).subarray(logStart).subarray(-4096).toString('utf8').trim(),
    stop: async () => {
      const force = setTimeout(() => void end('SIGKILL'), 10_000)
      await end(command.stopSignal)
      clearTimeout(force)
    },
    kill9: () => end('SIGKILL'),
  }
}

function whenExited(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, name) => resolve(name === null ? `exit code ${code}` : `signal ${name}`))
  })
}

/**
 * Waits until `look` returns something. A server that ends first, or takes longer than a minute, is an error.
 *
 * @throws {ServerStartError}
 */
export async function waitUntilReady<T>(
  name: string,
  server: ServerProcess,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + 60_000
  while (!server.hasExited() && Date.now() < deadline) {
    const ready = await look()
    if (ready !== undefined) return ready
    await delay(20)
  }
  const why = server.hasExited() ? `ended with ${await server.exited}` : 'was not ready within a minute'
  await server.stop()
  throw new ServerStartError(`${name} ${why}. Its last output:\n${server.recentLog()}`)
}
