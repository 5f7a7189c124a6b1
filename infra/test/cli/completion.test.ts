import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runOnTerminal, testFolder } from '../../../test/harness/index.ts'
import { bashScript } from '../../src/cli/completion/bash.ts'
import { completionCommands } from '../../src/cli/completion/completion-commands.ts'
import { declaredNames } from '../../src/cli/completion/declared-names.ts'
import { fishScript } from '../../src/cli/completion/fish.ts'
import { zshScript } from '../../src/cli/completion/zsh.ts'
import { DocumentedCommand } from '../../src/cli/documented-command.ts'
import { createProgram } from '../../src/cli/program.ts'
import { findOnPath } from '../../src/process/find-on-path.ts'
import { run } from '../../src/process/run.ts'

const commands = completionCommands(createProgram(), declaredNames)
const jobTypes = declaredNames('job type')
const lifecycles = declaredNames('lifecycle')
const schedules = declaredNames('schedule')

/** What stands before the cursor, and what completes it. */
const cases: readonly (readonly [line: string, expected: readonly string[]])[] = [
  ['danbooru-jobs de', ['deactivate', 'dev']],
  ['danbooru-jobs jobs re', ['redrive', 'retry']],
  ['danbooru-jobs help sched', ['schedules']],
  ['danbooru-jobs queues ', ['drain', 'help', 'list', 'pause', 'purge', 'resume']],
  ['danbooru-jobs jobs list --l', ['--limit']],
  ['danbooru-jobs jobs redrive --ye', ['--yes']],
  ['danbooru-jobs dev --js', []],
  ['danbooru-jobs enqueue ', jobTypes],
  ['danbooru-jobs enqueue --delay 10m delete-u', ['delete-user']],
  ['danbooru-jobs enqueue delete-user ', []],
  ['danbooru-jobs queues purge --yes regenerate-post-', ['regenerate-post-counts']],
  ['danbooru-jobs schedules run ', schedules],
  ['danbooru-jobs lifecycle history ', lifecycles],
  ['danbooru-jobs lifecycle history user-deactivation ', []],
  ['danbooru-jobs history --state wai', ['waiting']],
  ['danbooru-jobs history --state waiting,r', ['waiting,retrying', 'waiting,running']],
  ['danbooru-jobs history --limit ', []],
  ['danbooru-jobs history --type jobs --state lo', ['lost']],
  ['danbooru-jobs jobs list --watch 5 --stat', ['--state']],
  ['danbooru-jobs jobs list --watch --stat', ['--state']],
  ['danbooru-jobs start --only batches,job-h', ['batches,job-history']],
  ['danbooru-jobs completion ', ['bash', 'fish', 'zsh']],
]

describe('the words that complete a command line', () => {
  test('in bash', async () => {
    const script = await scriptFile('bash', bashScript(commands))
    for (const [line, expected] of cases) {
      assert.deepEqual(await inBash(script, line.split(' ')), expected.toSorted(), line)
    }
  })

  test('in bash after "=", which is a word of its own there', async () => {
    const script = await scriptFile('bash', bashScript(commands))
    const words = ['danbooru-jobs', 'history', '--state', '=']
    assert.deepEqual(await inBash(script, [...words, 'wai']), ['waiting'])
    assert.ok((await inBash(script, words)).includes('done'))
    assert.deepEqual(await inBash(script, [...words, 'done', '--typ']), ['--type'])
    const whole = await inBash(script, ['danbooru-jobs', 'history', '--state=done,wai'])
    assert.deepEqual(whole, ['--state=done,waiting'])
  })

  test('in fish', async (t) => {
    if ((await findOnPath('fish')) === undefined) return t.skip('fish is not installed')
    const script = await scriptFile('fish', fishScript(commands))
    const program = 'source $argv[1]; for line in $argv[2..]; complete -C $line; echo =; end'
    const lines = cases.map(([line]) => line)
    const { code, stdout, stderr } = await run('fish', ['--no-config', '-c', program, script, ...lines])
    assert.deepEqual([code, stderr], [0, ''])
    const answers = stdout.split('=\n')
    for (const [index, [line, expected]] of cases.entries()) {
      assert.deepEqual(wordsOf(answers[index] ?? ''), expected.toSorted(), line)
    }
  })

  test('in zsh', async (t) => {
    if ((await findOnPath('zsh')) === undefined) return t.skip('zsh is not installed')
    const script = await scriptFile('zsh', zshScript(commands))
    // The program is replaced by a function that shows what it is called with, once Tab has completed it.
    const start = [
      'PS1="ready "',
      'autoload -Uz compinit; compinit -u -D',
      `source ${script}`,
      'danbooru-jobs() { print -r -- "($*)" }',
    ]
    const folder = await testFolder('completion')
    await writeFile(join(folder, '.zshrc'), start.join('\n'))
    // After an option with an optional value, zsh lists the options and inserts none.
    const unique = cases.filter(([line, expected]) => expected.length === 1 && !/ $|--watch --/.test(line))
    const completed = unique.map(([line, [word = '']]) => {
      const words = line.split(' ').slice(1, -1)
      return { typed: `${line}\t\n`, called: `(${[...words, word].join(' ')})` }
    })
    const { shown } = await runOnTerminal(
      ['zsh', '-d', '-i'],
      { ...process.env, TERM: 'xterm', ZDOTDIR: folder },
      [
        ...completed.flatMap(({ typed, called }) => [{ to: 'ready ', type: typed }, { to: called }]),
        { to: 'ready ', type: 'exit\n' },
      ],
    )
    for (const { called } of completed) assert.ok(shown.includes(called), `${called} in ${shown}`)
  })
})

describe('the scripts', () => {
  test('quote what is in descriptions', async (t) => {
    const program = new DocumentedCommand('danbooru-jobs')
    program.command('a').description('it\'s [b]: \\ $HOME `c` "d"').option('--e', "don't [f]: \\ $HOME")
    const all = completionCommands(program, () => [])
    for (const [shell, script] of [
      ['bash', bashScript(all)],
      ['zsh', zshScript(all)],
      ['fish', fishScript(all)],
    ] as const) {
      if ((await findOnPath(shell)) === undefined) {
        t.diagnostic(`${shell} is not installed`)
        continue
      }
      const { code, stderr } = await run(shell, ['-n', await scriptFile(shell, script)])
      assert.deepEqual([code, stderr], [0, ''], shell)
    }
  })

  test('know every name that a command accepts', () => {
    const visit = (command: DocumentedCommand): void => {
      const known = [
        ...command.registeredArguments.map((one) => one.name()),
        ...command.options.map((one) => one.long),
      ]
      for (const of of command.acceptedNames.keys()) assert.ok(known.includes(of), `${command.path} ${of}`)
      for (const child of command.subcommands) visit(child)
    }
    visit(createProgram())
  })
})

async function scriptFile(shell: string, text: string): Promise<string> {
  const file = join(await testFolder('completion'), `script.${shell}`)
  await writeFile(file, text)
  return file
}

/** What bash would propose for the last word. */
async function inBash(script: string, words: readonly string[]): Promise<string[]> {
  const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_danbooru_jobs; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { code, stdout, stderr } = await run('bash', ['--norc', '-c', program, 'bash', script, ...words])
  assert.deepEqual([code, stderr], [0, ''])
  return wordsOf(stdout)
}

/** The first word of each line, sorted; a description may follow it. */
function wordsOf(lines: string): string[] {
  return lines
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
    .filter((word) => word !== '')
    .sort()
}
