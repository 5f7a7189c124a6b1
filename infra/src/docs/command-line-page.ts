import type { DocumentedCommand } from '../cli/documented-command.ts'
import { commandLineIntroduction } from './command-line-introduction.ts'

/** The reference page of the command line, as Markdown. */
export function commandLinePage(program: DocumentedCommand): string {
  const commands = leaves(program)
  const rows = commands.map((one) => `| [\`${one.path}\`](#${anchor(one)}) | ${cell(one.description())} |`)
  return [
    commandLineIntroduction,
    '## Commands',
    '',
    '| command | what it does |',
    '| --- | --- |',
    ...rows,
    '',
    ...program.subcommands.flatMap((command) => section(command, '##')),
  ].join('\n')
}

function leaves(command: DocumentedCommand): readonly DocumentedCommand[] {
  return command.subcommands.flatMap((child) => (child.subcommands.length === 0 ? [child] : leaves(child)))
}

function section(command: DocumentedCommand, marks: string): readonly string[] {
  const head = [`${marks} \`${command.path}\``, '', sentence(command.description()), '']
  if (command.subcommands.length > 0) {
    return [...head, ...command.subcommands.flatMap((child) => section(child, `${marks}#`))]
  }
  const help = command.createHelp()
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help')
  return [
    ...head,
    ...block('sh', [help.commandUsage(command)]),
    ...rowsOf('argument', help.visibleArguments(command), (one) => ({
      name: `${one.required ? '<' : '['}${help.argumentTerm(one)}${one.required ? '>' : ']'}`,
      meaning: help.argumentDescription(one),
    })),
    ...rowsOf('option', options, (one) => ({
      name: help.optionTerm(one),
      meaning: help.optionDescription(one),
    })),
    ...command.noteTexts.flatMap(note),
    ...block('sh', command.exampleLines),
  ]
}

function rowsOf<Part>(
  title: string,
  parts: readonly Part[],
  row: (part: Part) => { readonly name: string; readonly meaning: string },
): readonly string[] {
  if (parts.length === 0) return []
  const rows = parts.map(row).map(({ name, meaning }) => `| \`${name}\` | ${cell(meaning)} |`)
  return [`| ${title} | meaning |`, '| --- | --- |', ...rows, '']
}

/** Paragraphs as they are; lines in columns keep their form as code. */
function note(text: string): readonly string[] {
  const paragraphs = text.split('\n\n')
  return paragraphs.flatMap((paragraph) => {
    const lines = paragraph.split('\n')
    const columns = lines.filter((line) => line.startsWith(' '))
    if (columns.length === 0) return [plain(lines.join(' ')), '']
    return [
      ...lines.filter((line) => !line.startsWith(' ')),
      '',
      ...block(
        'text',
        columns.map((line) => line.trimStart()),
      ),
    ]
  })
}

function block(language: string, lines: readonly string[]): readonly string[] {
  return [`\`\`\`${language}`, ...lines, '```', '']
}

function anchor(command: DocumentedCommand): string {
  return command.path.replaceAll(' ', '-')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${plain(text.slice(1))}.`
}

function cell(text: string): string {
  return plain(text).replaceAll('|', '\\|')
}

/** Text that Markdown must not take for a tag or for emphasis. */
function plain(text: string): string {
  return text.replace(/[<*]/g, '\\$&')
}
