import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { stopWithParent } from '../../infra/src/process/watchdog.ts'

/** A TypeScript file of this folder in a process of its own, which does not outlive this one. */
export interface Child {
  readonly process: ChildProcess
  readonly exited: Promise<void>
  kill(): Promise<void>
}

/** @param file path from this folder */
export function startChild(
  file: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  nodeArgs: readonly string[] = [],
): Child {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [...args], {
    execArgv: ['--conditions=danbooru-jobs-source', '--disable-warning=ExperimentalWarning', ...nodeArgs],
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    serialization: 'advanced',
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  if (child.pid !== undefined) stopWithParent(child.pid, 'SIGKILL', exited)
  return {
    process: child,
    exited,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** The first message of a child; an error if it ends without one. */
export function messageFrom(child: Child): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.process.once('message', resolve)
    child.process.once('exit', (code, signal) =>
      reject(new Error(`ended with ${signal ?? code} and said nothing`)),
    )
  })
}
