import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { Command } from 'commander'
import { stateTone, wantsColours } from '../../src/cli/format/colour.ts'
import { frameText } from '../../src/cli/format/frame.ts'
import { table } from '../../src/cli/format/table.ts'
import { createProgram } from '../../src/cli/program.ts'

test('colours are for terminals, unless the environment decides', () => {
  const cases: [env: Record<string, string>, isTerminal: boolean, expected: boolean][] = [
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
  ]
  for (const [env, isTerminal, expected] of cases)
    assert.equal(wantsColours(env, isTerminal), expected, JSON.stringify(env))
})

test('colours do not move the columns of a table', () => {
  const columns = [
    { title: 'state', value: (state: string) => state, tone: stateTone },
    { title: 'length', value: (state: string) => state.length, align: 'right' as const },
  ]
  const rows = ['done', 'discarded', 'queued']
  const shown = table(columns, rows, true)
  assert.ok(shown.includes('\u001b[31mdiscarded\u001b[39m'))
  assert.equal(stripVTControlCharacters(shown), table(columns, rows))
})

test('a frame counts the lines that do not fit', () => {
  assert.equal(
    stripVTControlCharacters(frameText('head', '1\n2\n3\n4\n5', 5)),
    'head\n\n1\n2\n… 3 more lines',
  )
  assert.equal(stripVTControlCharacters(frameText('head', '1\n2\n', 24)), 'head\n\n1\n2')
})

describe('the help of every command', () => {
  const visit = (command: Command, path: readonly string[]): void => {
    for (const child of command.commands) {
      const words = [...path, child.name()]
      test(`${words.join(' ')} has an example`, () => {
        let help = ''
        child
          .configureOutput({
            writeOut: (text) => {
              help += text
            },
          })
          .outputHelp()
        assert.match(help, new RegExp(`Examples?:\\s+danbooru-jobs ${words.join(' ')}\\b`))
      })
      visit(child, words)
    }
  }
  visit(createProgram(), [])
})
