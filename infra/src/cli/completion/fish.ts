import { programName } from '../documented-command.ts'
import type { CompletionCommand, CompletionOption, CompletionWords } from './completion-commands.ts'

/** The completion for fish, from version 3.0 on. Everything is in the script: the program is not run. */
export function fishScript(commands: readonly CompletionCommand[]): string {
  return `# fish completion for ${programName}, written by "${programName} completion fish".

${walk(commands)}

complete -c ${programName} -f
${commands.flatMap(completionsOf).join('\n')}
`
}

/** Reads the words before the cursor as the program does. */
function walk(commands: readonly CompletionCommand[]): string {
  const paths = commands.map(({ path }) => path).filter((path) => path !== '')
  const flags = (value: CompletionOption['value']) =>
    commands.flatMap(({ path, options }) =>
      options
        .filter((one) => one.value === value)
        .flatMap((one) => one.flags.map((flag) => `${path} ${flag}`)),
    )
  return `# Whether the command $argv[1] is being completed, and its argument number $argv[2] if that is given.
function __danbooru_jobs_is
    set -l command ''
    set -l position 0
    set -l value none
    for word in (commandline -opc)[2..-1]
        if test $value = required
            set value none
            continue
        end
        switch $word
            case '-*'
                set value none
                if contains -- "$command $word" ${list(flags('required'))}
                    set value required
                else if contains -- "$command $word" ${list(flags('optional'))}
                    set value optional
                end
            case '*'
                if test $value = optional
                    set value none
                    continue
                end
                set -l path (string trim -- "$command $word")
                if contains -- $path ${list(paths)}
                    set command $path
                else if test $word != help
                    set position (math $position + 1)
                end
        end
    end
    test "$command" = "$argv[1]"; and test (count $argv) -lt 2 -o "$position" = "$argv[2]"
end`
}

function completionsOf(command: CompletionCommand): readonly string[] {
  const { path, subcommands, options } = command
  const complete = `complete -c ${programName} -n ${quoted(`__danbooru_jobs_is ${quoted(path)}`)}`
  const at = (position: number) =>
    `complete -c ${programName} -n ${quoted(`__danbooru_jobs_is ${quoted(path)} ${position}`)}`
  return [
    ...subcommands.map(({ name, description }) => `${at(0)} -a ${name} -d ${quoted(description)}`),
    ...options.map((option) => `${complete} ${optionWords(option)}`),
    ...command.arguments.flatMap(({ completion }, position) =>
      completion === undefined ? [] : [`${at(position)} -a ${quoted(wordsText(completion))}`],
    ),
  ]
}

function optionWords({ flags, description, value, completion }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  const words = completion === undefined ? [] : ['-a', quoted(wordsText(completion))]
  return [...names, ...(value === 'required' ? ['-x'] : []), ...words, '-d', quoted(description)].join(' ')
}

/** For a list, the words are appended to what is written before the last comma. */
function wordsText({ words, isList }: CompletionWords): string {
  return isList ? `(__fish_append , ${words.join(' ')})` : words.join(' ')
}

function list(words: readonly string[]): string {
  return words.map(quoted).join(' ')
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
