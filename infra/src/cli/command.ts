import type { Command } from 'commander'
import type { AnswerText } from './answer.ts'
import { wantsColours } from './format/colour.ts'

/** Adds one command to the program. Each command has a file of its own in `commands/`. */
export type AddCommand = (program: Command) => void

/** An option that every command with an answer has. */
export interface AnswerOptions {
  /** The answer as JSON, for scripts. */
  readonly json?: true
}

/** The text of `--json`, the same everywhere. */
export const jsonOption = ['--json', 'answer as JSON, for scripts'] as const

/** The id of a job or a batch in the examples; real ones look like it. */
export const exampleId = '3f0c9c2e-8a54-4c1b-9d0e-5b7a61f2c8d4'

/** What `addHelpText` takes to put examples below a command's help; each is a command line without the program's name. */
export function examples(first: string, ...others: readonly string[]): ['after', string] {
  const lines = [first, ...others].map((line) => `danbooru-jobs ${line}`)
  const text = others.length === 0 ? `Example: ${lines[0]}` : ['Examples:', ...lines].join('\n  ')
  return ['after', `\n${text}`]
}

/** Whether standard output has colours. */
export function hasColours(): boolean {
  return wantsColours(process.env, process.stdout.isTTY === true)
}

/** Text for people, with or without colours. */
export function answerText(text: AnswerText, isColoured: boolean): string {
  return typeof text === 'string' ? text : text(isColoured)
}

/** Writes an answer: for people, or as JSON. */
export function answer(options: AnswerOptions, value: unknown, text: AnswerText): void {
  process.stdout.write(
    options.json ? `${JSON.stringify(value, null, 2)}\n` : `${answerText(text, hasColours()).trimEnd()}\n`,
  )
}
