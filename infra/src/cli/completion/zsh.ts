import { singleQuoted } from '../../process/shell-words.ts'
import { programName } from '../documented-command.ts'
import type {
  CompletionArgument,
  CompletionCommand,
  CompletionOption,
  CompletionWords,
} from './completion-commands.ts'

/** The completion for zsh: a function for each command. Everything is in the script: the program is not run. */
export function zshScript(commands: readonly CompletionCommand[]): string {
  return `#compdef ${programName}
# zsh completion for ${programName}, written by "${programName} completion zsh".

${commands.map(commandFunction).join('\n\n')}

# A file of the fpath is the function itself; a script that is sourced declares it.
if [[ $funcstack[1] == ${functionName('')} ]]; then
  ${functionName('')} "$@"
else
  compdef ${functionName('')} ${programName}
fi
`
}

function commandFunction(command: CompletionCommand): string {
  const { path, subcommands, options } = command
  const specs = options.flatMap(optionSpecs)
  if (subcommands.length === 0) {
    return [
      `${functionName(path)}() {`,
      ...argumentsCall('_arguments', [...specs, ...command.arguments.map(argumentSpec)]),
      '}',
    ].join('\n')
  }
  return [
    `${functionName(path)}() {`,
    '  local curcontext=$curcontext state line',
    '  local -a commands',
    '  commands=(',
    ...subcommands.map(({ name, description }) => `    ${singleQuoted(`${name}:${escaped(description)}`)}`),
    '  )',
    ...argumentsCall('_arguments -C', [...specs, "'1: :->command'", "'*:: :->rest'"]),
    '  case $state in',
    "    command) _describe -t commands 'command' commands ;;",
    '    rest)',
    '      case $line[1] in',
    "        help) _describe -t commands 'command' commands ;;",
    ...subcommands
      .filter(({ name }) => name !== 'help')
      .map(({ name }) => `        ${name}) ${functionName(path === '' ? name : `${path} ${name}`)} ;;`),
    '      esac',
    '      ;;',
    '  esac',
    '}',
  ].join('\n')
}

function argumentsCall(call: string, specs: readonly string[]): readonly string[] {
  return [
    `  ${call} \\`,
    ...specs.map((spec, index) => `    ${spec}${index < specs.length - 1 ? ' \\' : ''}`),
  ]
}

function optionSpecs({ flags, description, value, completion }: CompletionOption): readonly string[] {
  const text = `[${escaped(description)}]`
  const argument = { none: '', optional: '::value:', required: ':value:' }[value]
  const action = value === 'none' ? '' : actionOf(completion)
  const exclusion = flags.length > 1 ? `(${flags.join(' ')})` : ''
  return flags.map((flag) => singleQuoted(`${exclusion}${flag}${text}${argument}${action}`))
}

function argumentSpec({ name, isRequired, completion }: CompletionArgument): string {
  return singleQuoted(`${isRequired ? ':' : '::'}${escaped(name)}:${actionOf(completion)}`)
}

function actionOf(completion: CompletionWords | undefined): string {
  if (completion === undefined) return ' '
  const words = completion.words.join(' ')
  return completion.isList ? `_values -s , name ${words}` : `(${words})`
}

function functionName(path: string): string {
  return ['_danbooru_jobs', ...path.split(' ').filter((name) => name !== '')].join('__').replaceAll('-', '_')
}

/** Text without the characters that have a meaning for `_arguments` and `_describe`. */
function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&')
}
