import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stopWithParent } from '../../infra/src/process/watchdog.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** As a supervisor would: not at once, so that a process that cannot start does not spin. */
const pause = 300

export interface RestartingOptions {
  /** TypeScript file, from the repository's root. */
  readonly entry: string
  readonly env: Readonly<Record<string, string>>
  /** What it wrote, to find the cause of a failure. */
  readonly logFile: string
  /** Asked before every start. */
  readonly args?: () => readonly string[]
  readonly onLine?: (line: string) => void
}

/** A process that is started again whenever it ends, until it is stopped or ends by itself with code 0. */
export class RestartingProcess {
  readonly #options: RestartingOptions
  readonly #log: WriteStream
  #child: ChildProcess | undefined
  #stopped = false
  #running: Promise<void>
  starts = 0

  constructor(options: RestartingOptions) {
    this.#options = options
    this.#log = createWriteStream(options.logFile, { flags: 'a' })
    this.#running = this.#keepRunning()
  }

  /** Fulfilled when it is not started again. */
  get ended(): Promise<void> {
    return this.#running
  }

  signal(name: 'SIGKILL' | 'SIGTERM'): void {
    this.#child?.kill(name)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.signal('SIGKILL')
    await this.#running
  }

  async #keepRunning(): Promise<void> {
    while (!this.#stopped) {
      const code = await this.#runOnce()
      if (code === 0 && this.#options.args !== undefined) break
      if (!this.#stopped) await delay(pause)
    }
    this.#log.end()
  }

  #runOnce(): Promise<number | null> {
    const { entry, env, args, onLine } = this.#options
    const nodeArgs = [
      '--conditions=danbooru-jobs-source',
      '--disable-warning=ExperimentalWarning',
      entry,
      ...(args?.() ?? []),
    ]
    const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env
    const child = spawn(process.execPath, nodeArgs, {
      cwd: root,
      env: { PATH, HOME, NODE_COMPILE_CACHE, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    this.starts++
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.#log.write(`${line}\n`)
        onLine?.(line)
      })
    }
    const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
    if (child.pid !== undefined) stopWithParent(child.pid, 'SIGKILL', exited)
    return exited
  }
}
