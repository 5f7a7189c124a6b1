import { Option } from 'commander'
import type { AnswerText } from './answer.ts'
import { wholeNumberArgument } from './arguments.ts'
import type { DocumentedCommand } from './documented-command.ts'
import { wantsColours } from './format/colour.ts'

/** Adds one command to the program. Each command has a file of its own in `commands/`. */
export type AddCommand = (program: DocumentedCommand) => void

/** An option that every command with an answer has. */
export interface AnswerOptions {
  /** The answer as JSON, for scripts. */
  readonly json?: true
}

/** The text of `--json`, the same everywhere. */
export const jsonOption = ['--json', 'answer as JSON, for scripts'] as const

/** The id of a job or a batch in the examples; real ones look like it. */
export const exampleId = '3f0c9c2e-8a54-4c1b-9d0e-5b7a61f2c8d4'

/**
 * An option with a whole number from 1.
 *
 * @param most the largest number that is accepted
 * @param fallback the number without the option
 */
export function numberOption(flags: string, description: string, most: number, fallback?: number): Option {
  const option = new Option(flags, description)
  const [name = flags] = flags.split(' ')
  return option.default(fallback).argParser((text) => wholeNumberArgument(name, text, 1, most))
}

/** Whether standard output has colours. */
export function hasColours(): boolean {
  return wantsColours(process.env, process.stdout.isTTY === true)
}

/** The text to read, with or without colours. */
export function answerText(text: AnswerText, isColoured: boolean): string {
  return typeof text === 'string' ? text : text(isColoured)
}

/** Writes an answer: as text to read, or as JSON. */
export function answer(options: AnswerOptions, value: unknown, text: AnswerText): void {
  process.stdout.write(
    options.json ? `${JSON.stringify(value, null, 2)}\n` : `${answerText(text, hasColours()).trimEnd()}\n`,
  )
}
