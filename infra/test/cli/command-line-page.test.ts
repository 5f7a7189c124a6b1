import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { DocumentedCommand } from '../../src/cli/documented-command.ts'
import { createProgram } from '../../src/cli/program.ts'
import { commandLinePage } from '../../src/docs/command-line-page.ts'

describe('the reference of the command line', () => {
  test('is current', async () => {
    const page = new URL('../../../docs/reference/command-line.md', import.meta.url)
    assert.equal(await readFile(page, 'utf8'), commandLinePage(createProgram()), 'run "npm run docs:cli"')
  })

  test('has usage, arguments, options, defaults, notes and examples of a command', () => {
    const program = new DocumentedCommand('danbooru-jobs')
    const group = program.command('fruit').description('work with fruit')
    group
      .command('peel')
      .description('peel one | or more')
      .argument('<name>', 'as apple')
      .argument('[knife]', 'with this', 'sharp')
      .option('-n, --number <n>', 'how many of <name>', '3')
      .notes('Peels are kept.\n\nColours:\n  red    ripe\n  green  not yet')
      .examples('fruit peel apple')
    const [, commands = ''] = commandLinePage(program).split('\n## Commands\n')
    assert.equal(
      commands,
      `
| command | what it does |
| --- | --- |
| [\`fruit peel\`](#fruit-peel) | peel one \\| or more |

## \`fruit\`

Work with fruit.

### \`fruit peel\`

Peel one | or more.

\`\`\`sh
danbooru-jobs fruit peel [options] <name> [knife]
\`\`\`

| argument | meaning |
| --- | --- |
| \`<name>\` | as apple |
| \`[knife]\` | with this (default: "sharp") |

| option | meaning |
| --- | --- |
| \`-n, --number <n>\` | how many of \\<name> (default: "3") |

Peels are kept.

Colours:

\`\`\`text
red    ripe
green  not yet
\`\`\`

\`\`\`sh
danbooru-jobs fruit peel apple
\`\`\`
`,
    )
  })
})
