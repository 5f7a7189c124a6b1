import { Command } from 'commander'

/** The name by which the program is run. */
export const programName = 'danbooru-jobs'

/**
 * A command that keeps its notes and examples as data, where commander has them only as text of the help. The reference page is made
 * from them.
 */
export class DocumentedCommand extends Command {
  /** Paragraphs below the options in the help. */
  readonly noteTexts: string[] = []
  /** Command lines with the program's name. */
  readonly exampleLines: string[] = []

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
