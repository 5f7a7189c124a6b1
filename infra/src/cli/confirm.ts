import { createInterface } from 'node:readline/promises'
import { ExpectedError } from '../expected-error.ts'
import { UsageError } from './failure.ts'

/** The text of `--yes`, the same everywhere. */
export const yesOption = ['-y, --yes', 'do it without asking; needed where there is no terminal'] as const

/**
 * Asks before something that cannot be undone. The question is on standard error, so that standard output stays the answer.
 *
 * @param what what is about to be done, as a sentence with the count
 * @throws {ExpectedError} when the answer is no
 * @throws {UsageError} when there is no terminal to ask on
 */
export async function confirm(what: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageError(`${what} Nothing was done: add --yes, because there is no terminal to ask on.`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const closed = new AbortController()
  terminal.once('SIGINT', () => closed.abort())
  terminal.once('close', () => closed.abort())
  const answer = await terminal
    .question(`${what} Continue? [y/N] `, { signal: closed.signal })
    .catch(() => 'no')
    .finally(() => terminal.close())
  if (!/^y(es)?$/i.test(answer.trim())) throw new ExpectedError('Nothing was done.')
}
