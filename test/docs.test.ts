import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { describe, test } from 'node:test'
import { terminationCodes } from '@danbooru-jobs/contracts/wire'
import { exitCodes, expectedErrors } from '../infra/src/cli/failure.ts'
import { publicNames } from './architecture/exports.ts'
import { repositoryFiles, textOf } from './architecture/files.ts'
import { modulesOf, typeErrors } from './docs/code.ts'
import { anchorsOf, brokenLinks, linksOf, namedLinksOf } from './docs/links.ts'

const files = repositoryFiles()
const pages = files.filter((file) => file.endsWith('.md'))
const documentation = pages.filter((file) => file.startsWith('docs/') && file !== 'docs/README.md')

describe('links between pages', () => {
  test('are found outside of code', () => {
    const text = 'See [a](b.md#c) and [d](https://e.f).\n```\n[g](h.md)\n```\n`[i](j.md)`'
    assert.deepEqual(linksOf(text), ['b.md#c', 'https://e.f'])
  })

  test('have the anchors that GitHub makes of headings', () => {
    const text = '# One, two\n## `npm start`\n## Again\n## Again\n```sh\n# not this\n```'
    assert.deepEqual(anchorsOf(text), ['one-two', 'npm-start', 'again', 'again-1'])
  })

  test('that lead nowhere are seen', () => {
    const read = (file: string) => (file === 'docs/a.md' ? '[1](b.md) [2](b.md#x) [3](c.md) [4](#y)' : '# Z')
    assert.deepEqual(brokenLinks('docs/a.md', ['docs/a.md', 'docs/b.md'], read), ['b.md#x', 'c.md', '#y'])
  })

  test('lead to a file or folder, and to a heading of it', () => {
    const broken = pages.flatMap((page) => brokenLinks(page, files, textOf).map((link) => `${page}: ${link}`))
    assert.deepEqual(broken, [])
  })
})

test('every page is linked from the list of pages', () => {
  const linked = new Set(
    linksOf(textOf('docs/README.md')).map((link) => posix.join('docs', link.split('#')[0] ?? '')),
  )
  const generated = (page: string) => page.startsWith('docs/reference/api/')
  const missing = documentation.filter((page) => !linked.has(page) && !generated(page))
  assert.deepEqual(missing, [])
})

test('the list of pages calls every page by its title', () => {
  const wrong = namedLinksOf(textOf('docs/README.md')).flatMap(({ text, target }) => {
    const page = posix.join('docs', target)
    if (!documentation.includes(page)) return []
    const [title] = /^# .*$/m.exec(textOf(page)) ?? []
    return title === `# ${text}` ? [] : [`${page}: ${title}, listed as ${text}`]
  })
  assert.deepEqual(wrong, [])
})

describe('programs on pages', () => {
  test('are found by their imports', () => {
    const text =
      'A\n```ts\nimport a from "a"\n```\n\n  ```ts\n  import b from "b"\n  b()\n  ```\n```ts\npart()\n```'
    assert.deepEqual(modulesOf('p.md', text), [
      { page: 'p.md', line: 3, text: 'import a from "a"\n' },
      { page: 'p.md', line: 7, text: 'import b from "b"\nb()\n' },
    ])
  })

  test('that are wrong are seen', async () => {
    const [error = ''] = await typeErrors([
      { page: 'p.md', line: 7, text: 'import "node:fs"\nconst a: string = 1\n' },
    ])
    assert.match(error, /^p\.md:8: .*not assignable/)
  })

  test('type-check', async () => {
    const modules = pages.flatMap((page) => modulesOf(page, textOf(page)))
    assert.ok(modules.length > 10, 'programs are found')
    assert.deepEqual(await typeErrors(modules), [])
  })
})

describe('the page about errors', () => {
  const page = textOf('docs/reference/errors.md')
  const without = (names: readonly (string | number)[]) =>
    names.filter((name) => !page.includes(`\n| \`${name}\` |`))

  test('has every error that the packages export', () => {
    const entries = [
      'contracts/src/index',
      'actors/src/index',
      'actors/src/internal',
      'actors/src/operate/index',
    ]
    const errors = entries.flatMap((entry) =>
      publicNames(`packages/${entry}.ts`, textOf)
        .map(({ name }) => name)
        .filter((name) => name.endsWith('Error')),
    )
    assert.ok(errors.includes('JobError') && errors.includes('NoStreamError'), 'exported errors are found')
    assert.deepEqual(without(errors), [])
  })

  test('has every code with which a job leaves the queue without being done', () => {
    assert.deepEqual(without(terminationCodes), [])
  })

  test('has every error that the command line shows, and every exit code', () => {
    const declared = files
      .filter((file) => /^infra\/src\/.*\.ts$/.test(file))
      .flatMap((file) =>
        [...textOf(file).matchAll(/class (\w+) extends \w*Error\b/g)].map(([, name = '']) => name),
      )
    assert.ok(declared.includes('UsageError') && declared.includes('ExpectedError'), 'errors are found')
    assert.deepEqual(without([...declared, ...expectedErrors]), [])
    assert.deepEqual(without(Object.values(exitCodes)), [])
  })
})
