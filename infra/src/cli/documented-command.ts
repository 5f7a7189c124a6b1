import { Command } from 'commander'

/** The name by which the program is run. */
export const programName = 'danbooru-jobs'

/** Kinds of names that the code declares, so that a shell can complete them. */
export type NameKind = 'job type' | 'job state' | 'lifecycle' | 'maintenance job' | 'schedule' | 'service'

/** The names that an argument or an option accepts. */
export interface AcceptedNames {
  readonly kind: NameKind
  /** Whether it accepts several, separated by commas. */
  readonly isList: boolean
}

/**
 * A command that keeps what commander has only as text of the help, or not at all: notes, examples and the names that are accepted. The
 * reference page and the completion of shells are made from them.
 */
export class DocumentedCommand extends Command {
  /** Paragraphs below the options in the help. */
  readonly noteTexts: string[] = []
  /** Command lines with the program's name. */
  readonly exampleLines: string[] = []

  /** The names that arguments (`type`) and options (`--type`) accept. */
  readonly acceptedNames = new Map<string, AcceptedNames>()

  override createCommand(name?: string): DocumentedCommand {
    return new DocumentedCommand(name)
  }

  /** The subcommands, in the order in which they were added. */
  get subcommands(): readonly DocumentedCommand[] {
    return this.commands.filter((command) => command instanceof DocumentedCommand)
  }

  /** The words that run the command, without the program's name: `jobs list`; empty for the program. */
  get path(): string {
    const names: string[] = []
    for (let command: Command = this; command.parent !== null; command = command.parent) {
      names.unshift(command.name())
    }
    return names.join(' ')
  }

  /** Declares that an argument (`type`) or an option (`--type`) accepts the names of a kind. */
  names(of: string, kind: NameKind, count: 'one' | 'several' = 'one'): this {
    this.acceptedNames.set(of, { kind, isList: count === 'several' })
    return this
  }

  /** Adds a paragraph to the help, below the options. Lines that begin with a blank keep their form. */
  notes(text: string): this {
    this.noteTexts.push(text)
    return this.addHelpText('after', `\n${text}`)
  }

  /** Adds examples to the help, each a command line without the program's name. */
  examples(first: string, ...others: readonly string[]): this {
    const lines = [first, ...others].map((line) => `${programName} ${line}`)
    this.exampleLines.push(...lines)
    const text = others.length === 0 ? `Example: ${lines[0]}` : ['Examples:', ...lines].join('\n  ')
    return this.addHelpText('after', `\n${text}`)
  }
}
