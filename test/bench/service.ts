import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { stopWithParent } from '../../infra/src/process/watchdog.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A service of this repository in a process of its own. */
export interface Service extends AsyncDisposable {
  readonly pid: number
  /** From spawn to "services started" in its log, milliseconds. */
  readonly startedAfter: number
}

/** @param entry TypeScript file, from the repository's root */
export async function startService(entry: string, env: Readonly<Record<string, string>>): Promise<Service> {
  const begin = performance.now()
  const nodeArgs = ['--conditions=danbooru-jobs-source', '--disable-warning=ExperimentalWarning', entry]
  const child = spawn(process.execPath, nodeArgs, {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const { pid } = child
  if (pid === undefined) throw new Error(`${entry} could not be started`)
  stopWithParent(pid, 'SIGKILL', exited)
  const started = Promise.withResolvers<void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.includes('services started')) started.resolve()
  })
  void exited.then(() => started.reject(new Error(`${entry} ended before it had started`)))
  await started.promise
  return {
    pid,
    startedAfter: performance.now() - begin,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
