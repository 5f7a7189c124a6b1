import { execFile } from 'node:child_process'

/** What a program that ran to its end left behind; `code` is -1 when it could not be started or was killed. */
export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Record<string, string>
  /** Milliseconds after which the program is killed. Default: two minutes. */
  readonly timeout?: number
  readonly uid?: number
  readonly gid?: number
}

/** Runs a program to its end. A failure is a value, not an exception. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { env, timeout = 120_000, ...rest } = options
  return new Promise((resolve) => {
    const settings = {
      ...rest,
      timeout,
      maxBuffer: 32 * 1024 * 1024,
      env: { ...process.env, LC_ALL: 'C', ...env },
    }
    execFile(program, args, settings, (error, stdout, stderr) => {
      if (error === null) return resolve({ code: 0, stdout, stderr })
      const code = typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr: stderr === '' ? error.message : stderr })
    })
  })
}

/** The last line that is not blank: programs put the cause there. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? ''
}
