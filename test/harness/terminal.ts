import { spawn } from 'node:child_process'

/** A reply to what a program shows. */
export interface Reply {
  /** The text to wait for; it is looked for after the text of the reply before. */
  readonly to: string
  /** What is typed then, as `y\n`. Default: nothing. */
  readonly type?: string
}

/** What a program on a pseudo-terminal left behind. */
export interface TerminalRun {
  readonly code: number | null
  /** Everything that was on the screen: both outputs, and what was typed unless the program hides it. */
  readonly shown: string
}

/**
 * Runs a program on a pseudo-terminal and replies to it as a person would. A program that has not ended after a minute is killed, with
 * the code null. Needs the program `script`, which is in Debian's package
 * bsdutils.
 */
export function runOnTerminal(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  replies: readonly Reply[],
): Promise<TerminalRun> {
  // With exec, the exit code is the program's in every shell: some end by Ctrl-C as well.
  const line = `exec ${words.map((word) => `'${word}'`).join(' ')}`
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 60_000,
  })
  const left = [...replies]
  let [shown, read] = ['', 0]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    for (let next = left[0]; next !== undefined; next = left[0]) {
      const found = shown.indexOf(next.to, read)
      if (found < 0) return
      read = found + next.to.length
      left.shift()
      if (next.type !== undefined) child.stdin.write(next.type)
    }
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, shown }))
  })
}
