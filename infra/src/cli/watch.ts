import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Option } from 'commander'
import { stopSignal } from '../dev/stop-signal.ts'
import type { Answer } from './answer.ts'
import { wholeNumberArgument } from './arguments.ts'
import { type AnswerOptions, answer, answerText, hasColours } from './command.ts'
import { exitCodes, UsageError } from './failure.ts'
import { coloured } from './format/colour.ts'
import { enterFrames, frameText, leaveFrames } from './format/frame.ts'
import { timeText } from './format/time.ts'

/** The options of a command that can show its answer again and again. */
export interface WatchOptions extends AnswerOptions {
  /** Seconds between two answers; true for the default of 2. Undefined: one answer only. */
  readonly watch?: number | true
}

/** `--watch [seconds]`, the same everywhere. */
export function watchOption(): Option {
  return new Option(
    '--watch [seconds]',
    'show it again every 2 seconds, or as many as given, until Ctrl-C; with --json one line each time',
  ).argParser((seconds) => wholeNumberArgument('--watch', seconds, 1, 3_600))
}

/**
 * Answers once, or with `--watch` until Ctrl-C, which is the usual end of it: exit code 0. An error ends it too.
 *
 * @param read is called for each answer
 * @throws {UsageError} when there is no terminal to draw on, and the answer is not JSON
 */
export async function answerWatched(options: WatchOptions, read: () => Promise<Answer>): Promise<void> {
  const { watch, json } = options
  const seconds = watch === true ? 2 : watch
  if (seconds === undefined) {
    const { value, text } = await read()
    return answer(options, value, text)
  }
  if (json)
    return repeat(
      seconds,
      read,
      () => undefined,
      ({ value }) => `${JSON.stringify(value)}\n`,
    )
  if (!process.stdout.isTTY)
    throw new UsageError(
      '--watch needs a terminal, and standard output is not one: add --json, or leave --watch out.',
    )
  const leave = () => process.stdout.write(leaveFrames)
  process.stdout.write(enterFrames)
  try {
    await repeat(seconds, read, leave, ({ text }) => screenText(seconds, answerText(text, hasColours())))
  } finally {
    leave()
  }
}

function screenText(seconds: number, text: string): string {
  const head = `every ${seconds} s, ${timeText(new Date())} UTC; Ctrl-C ends`
  return frameText(coloured(head, 'quiet', hasColours()), text, process.stdout.rows || 24)
}

async function repeat(
  seconds: number,
  read: () => Promise<Answer>,
  cleanUp: () => void,
  textOf: (answer: Answer) => string,
): Promise<void> {
  const exit = () => {
    cleanUp()
    process.exit(exitCodes.ok)
  }
  const stop = stopSignal(exit)
  // The reader of a pipe has closed it.
  process.stdout.once('error', exit)
  const stopped = once(stop, 'abort').then(() => undefined)
  while (!stop.aborted) {
    const next = await Promise.race([read(), stopped])
    if (next === undefined) return
    process.stdout.write(textOf(next))
    await sleep(seconds * 1_000, undefined, { signal: stop }).catch(() => undefined)
  }
}
