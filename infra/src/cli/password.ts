import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { UsageError } from './failure.ts'

/** The password on standard input, without the line's end that `echo` adds. */
export async function passwordFromInput(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '')
}

/**
 * Asks for the password; what is typed is not shown.
 *
 * @throws {UsageError} when the command does not run on a terminal
 */
export async function askPassword(name: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError(`The password of ${name} is needed: use --password-stdin, or --by <owner>.`)
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  // Only now does the terminal no longer show what is typed.
  process.stderr.write(`Password of ${name}: `)
  const interrupted = new AbortController()
  terminal.once('SIGINT', () => interrupted.abort())
  try {
    return await terminal.question('', { signal: interrupted.signal })
  } catch {
    throw new UsageError('No password, nothing done.')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
