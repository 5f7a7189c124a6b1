import { programName } from '../documented-command.ts'
import type { CompletionCommand, CompletionWords } from './completion-commands.ts'

/** The completion for bash, from version 3.2 of macOS on. Everything is in the script: the program is not run. */
export function bashScript(commands: readonly CompletionCommand[]): string {
  return `# bash completion for ${programName}, written by "${programName} completion bash".

# Sets what the command $1 accepts: subcommands, options, and which options have a required or an optional value.
_danbooru_jobs_command() {
  subcommands='' options='' required='' optional=''
  case $1 in
${commands.map(commandCase).join('\n')}
  esac
}

# Sets the words for the value of the option $2, or for argument number $2, of the command $1.
_danbooru_jobs_words() {
  words='' separator=''
  case "$1 $2" in
${wordCases(commands).join('\n')}
  esac
}

${walk}
complete -F _danbooru_jobs ${programName}
`
}

/** Reads the words before the cursor as the program does, and completes the one at the cursor. */
const walk = `_danbooru_jobs() {
  local current=\${COMP_WORDS[COMP_CWORD]} command='' option='' position=0 prefix='' word i
  local subcommands options required optional words separator
  _danbooru_jobs_command ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $option ]]; then
      # In "--state=done", bash takes "=" for a word.
      [[ $word == = ]] && continue
      if [[ " $required " == *" $option "* || $word != -* ]]; then
        option=''
        continue
      fi
      option=''
    fi
    if [[ $word == -* ]]; then
      [[ " $required $optional " == *" $word "* ]] && option=$word
    elif [[ " $subcommands " == *" $word "* ]]; then
      [[ $word == help ]] && continue
      command="\${command:+$command }$word"
      _danbooru_jobs_command "$command"
    else
      position=$((position + 1))
    fi
  done
  [[ $current == = ]] && current=''
  if [[ -z $option && $current == --*=* ]]; then
    option=\${current%%=*} prefix="\${current%%=*}=" current=\${current#*=}
  fi
  if [[ -n $option ]] && [[ " $required " == *" $option "* || $current != -* ]]; then
    _danbooru_jobs_words "$command" "$option"
  elif [[ $current == -* ]]; then
    words=$options separator=''
  else
    _danbooru_jobs_words "$command" "$position"
    words="$subcommands $words"
  fi
  if [[ -n $separator && $current == *"$separator"* ]]; then
    prefix="$prefix\${current%"$separator"*}$separator" current=\${current##*"$separator"}
  fi
  COMPREPLY=($(compgen -P "$prefix" -W "$words" -- "$current"))
}`

function commandCase({ path, subcommands, options }: CompletionCommand): string {
  const flags = (value?: string) =>
    options.filter((one) => value === undefined || one.value === value).flatMap((one) => one.flags)
  const variables = {
    subcommands: subcommands.map(({ name }) => name),
    options: flags(),
    required: flags('required'),
    optional: flags('optional'),
  }
  const assignments = Object.entries(variables).flatMap(([name, words]) =>
    words.length === 0 ? [] : [`${name}='${words.join(' ')}'`],
  )
  return `    '${path}') ${assignments.join(' ')} ;;`
}

/** One case for all values that accept the same words. */
function wordCases(commands: readonly CompletionCommand[]): readonly string[] {
  const patterns = new Map<string, string[]>()
  const add = (path: string, of: string, completion: CompletionWords | undefined) => {
    if (completion === undefined) return
    const key = `words='${completion.words.join(' ')}' separator='${completion.isList ? ',' : ''}'`
    patterns.set(key, [...(patterns.get(key) ?? []), `'${path} ${of}'`])
  }
  for (const { path, options, arguments: all } of commands) {
    for (const option of options) for (const flag of option.flags) add(path, flag, option.completion)
    for (const [position, argument] of all.entries()) add(path, `${position}`, argument.completion)
  }
  return [...patterns].map(([assignment, of]) => `    ${of.join(' | ')}) ${assignment} ;;`)
}
