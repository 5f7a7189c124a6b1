import type { Argument, Option } from 'commander'
import type { DocumentedCommand, NameKind } from '../documented-command.ts'

/** Words that complete a value. */
export interface CompletionWords {
  readonly words: readonly string[]
  /** Whether the value is a list of them, separated by commas. */
  readonly isList: boolean
}

/** An option as a shell completes it. */
export interface CompletionOption {
  /** `['-y', '--yes']`: the short flag first. */
  readonly flags: readonly string[]
  readonly description: string
  /** Whether the next word is its value; an optional value does not begin with `-`. */
  readonly value: 'none' | 'optional' | 'required'
  readonly completion: CompletionWords | undefined
}

/** An argument as a shell completes it. */
export interface CompletionArgument {
  readonly name: string
  readonly isRequired: boolean
  readonly completion: CompletionWords | undefined
}

/** A command as a shell completes it. */
export interface CompletionCommand {
  /** `jobs list`; empty for the program. */
  readonly path: string
  readonly subcommands: readonly { readonly name: string; readonly description: string }[]
  readonly options: readonly CompletionOption[]
  readonly arguments: readonly CompletionArgument[]
}

/** What the commands of a program accept, each command before its subcommands. */
export function completionCommands(
  command: DocumentedCommand,
  declaredNames: (kind: NameKind) => readonly string[],
): readonly CompletionCommand[] {
  const help = command.createHelp()
  const wordsOf = (of: string, choices: readonly string[] | undefined): CompletionWords | undefined => {
    if (choices !== undefined) return { words: choices, isList: false }
    const names = command.acceptedNames.get(of)
    return names && { words: declaredNames(names.kind), isList: names.isList }
  }
  const option = (one: Option): CompletionOption => ({
    flags: [one.short, one.long].filter((flag) => flag !== undefined && flag !== null),
    description: one.description,
    value: one.required ? 'required' : one.optional ? 'optional' : 'none',
    completion: wordsOf(one.long ?? one.flags, one.argChoices),
  })
  const argument = (one: Argument): CompletionArgument => ({
    name: one.name(),
    isRequired: one.required,
    completion: wordsOf(one.name(), one.argChoices),
  })
  const own = {
    path: command.path,
    subcommands: help
      .visibleCommands(command)
      .map((child) => ({ name: child.name(), description: child.description() })),
    options: help.visibleOptions(command).map(option),
    arguments: command.registeredArguments.map(argument),
  }
  return [own, ...command.subcommands.flatMap((child) => completionCommands(child, declaredNames))]
}
