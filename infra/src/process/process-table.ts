import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { run } from './run.ts'

/** The command line of a running process; undefined when there is none by that number, or only a zombie. */
export async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return raw === '' ? undefined : raw.split('\0').join(' ')
  }
  const { code, stdout } = await run('ps', ['-p', `${pid}`, '-o', 'args='])
  return code === 0 && stdout.trim() !== '' ? stdout.trim() : undefined
}

/**
 * When a process was started, as the system prints it: together with its number it identifies one process,
 * because numbers are used again. Undefined when it does not run.
 */
export async function startMark(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const { state, startTime } = await linuxStat(pid)
    return state === 'Z' ? undefined : startTime
  }
  const { code, stdout } = await run('ps', ['-p', `${pid}`, '-o', 'lstart='])
  return code === 0 && stdout.trim() !== '' ? stdout.trim() : undefined
}

/** The process that a running process was started by, or that has adopted it since. */
export async function parentOf(pid: number): Promise<number | undefined> {
  if (process.platform === 'linux') {
    const { parent } = await linuxStat(pid)
    return parent === undefined ? undefined : Number(parent)
  }
  const { code, stdout } = await run('ps', ['-p', `${pid}`, '-o', 'ppid='])
  return code === 0 ? Number(stdout) : undefined
}

async function linuxStat(pid: number) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The program's name, in brackets, may hold spaces; proc(5) numbers the fields after it from 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0], parent: fields[1], startTime: fields[19] }
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** A process of an earlier run that may still hold a data folder. */
export interface LeftOver {
  /** File whose first line is the process's number. */
  readonly pidFile: string
  /** Text in its command line that only this data folder's server has. */
  readonly marker: string
  /** The signal that asks it to stop at once but in order. */
  readonly stopSignal: NodeJS.Signals
}

/** Stops what an earlier run left behind, first in order and after ten seconds by force. */
export async function stopLeftOver({ pidFile, marker, stopSignal }: LeftOver): Promise<void> {
  const pid = await readPid(pidFile)
  if (pid === undefined) return
  const mark = await startMark(pid)
  const isOurs = async () =>
    (await startMark(pid)) === mark && (await commandLine(pid))?.includes(marker) === true
  for (const [name, patience] of [[stopSignal, 10_000] as const, ['SIGKILL', 10_000] as const]) {
    if (!(await isOurs())) return
    signal(pid, name)
    const until = Date.now() + patience
    while (Date.now() < until && (await isOurs())) await delay(25)
  }
}

/** The number in the first line of a pid file; undefined when there is no such file or it contains something else. */
export async function readPid(pidFile: string): Promise<number | undefined> {
  const text = await readFile(pidFile, 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  return pid > 1 ? pid : undefined
}
