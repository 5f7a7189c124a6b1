import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { stopWithParent } from '../../infra/src/process/watchdog.ts'
import { type UntilOptions, until } from './until.ts'

/** One line that a service logged as JSON. */
export type LogLine = Readonly<Record<string, unknown>>

/** How a process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A service in a process of its own. */
export interface SpawnedService extends AsyncDisposable {
  readonly pid: number
  /** The JSON lines it has written so far. */
  readonly logs: readonly LogLine[]
  readonly exited: Promise<Exit>
  /** Everything it has written so far, JSON or not. */
  output(): string
  /** The first line, written already or yet to come, that `predicate` accepts. Fails when the process ends first. */
  waitForLog(predicate: (line: LogLine) => boolean, options?: UntilOptions): Promise<LogLine>
  /** Sends it a signal that does not end it. */
  signal(name: NodeJS.Signals): void
  /** Asks it to drain and end. */
  terminate(): Promise<Exit>
  kill9(): Promise<Exit>
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Starts a TypeScript file of this repository with the Node that runs the tests.
 *
 * @param entry path from the repository's root, or absolute
 * @param env the service's settings; of the test's own environment only `PATH`, `HOME` and the folders of state and compiled code are passed on
 * @param args command line arguments
 */
export function spawnService(
  entry: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): SpawnedService {
  const { PATH = '', HOME = '', XDG_STATE_HOME = '', NODE_COMPILE_CACHE = '' } = process.env
  const nodeArgs = [
    '--conditions=danbooru-jobs-source',
    '--disable-warning=ExperimentalWarning',
    entry,
    ...args,
  ]
  const child = spawn(process.execPath, nodeArgs, {
    cwd: root,
    env: { PATH, HOME, XDG_STATE_HOME, NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const logs: LogLine[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      const parsed = parseLogLine(line)
      if (parsed !== undefined) logs.push(parsed)
    })
  }
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${entry} could not be started`)
  stopWithParent(pid, 'SIGKILL', exited)
  const output = () => lines.join('\n')
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  return {
    pid,
    logs,
    exited,
    output,
    async waitForLog(predicate, options = {}) {
      const hasEnded = () => child.exitCode !== null || child.signalCode !== null
      const look = () => {
        const ended = hasEnded()
        const line = logs.find(predicate)
        return line ?? (ended ? 'ended' : undefined)
      }
      const what = options.what ?? 'a log line'
      const found = await until(look, options).catch((error: unknown) => {
        throw new Error(`${entry} did not log ${what}. It wrote:\n${output()}`, { cause: error })
      })
      if (typeof found === 'object') return found
      await exited
      const late = logs.find(predicate)
      if (late !== undefined) return late
      throw new Error(`${entry} ended before it logged ${what}. It wrote:\n${output()}`)
    },
    signal: (name) => void child.kill(name),
    terminate: () => end('SIGTERM'),
    kill9: () => end('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
    },
  }
}

function parseLogLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
