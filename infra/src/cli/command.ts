import type { Command } from 'commander'

/** Adds one command to the program. Each command has a file of its own in `commands/`. */
export type AddCommand = (program: Command) => void

/** An option that every command with an answer has. */
export interface AnswerOptions {
  /** The answer as JSON, for scripts. */
  readonly json?: true
}

/** The text of `--json`, the same everywhere. */
export const jsonOption = ['--json', 'answer as JSON, for scripts'] as const

/** Writes an answer: for people, or as JSON. */
export function answer(options: AnswerOptions, value: unknown, text: string): void {
  process.stdout.write(options.json ? `${JSON.stringify(value, null, 2)}\n` : `${text.trimEnd()}\n`)
}
