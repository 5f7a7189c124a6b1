import assert from 'node:assert/strict'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { testFolder } from '../../../test/harness/index.ts'
import { apiPage } from '../src/api-page.ts'
import { entryPoints as declared } from '../src/entry-points.ts'
import { firstSentence, readApi } from '../src/read-api.ts'

const root = new URL('../../../', import.meta.url)
const { application, project, entryPoints } = await readApi()

describe('the API reference', () => {
  test('is what `npm run docs` writes', async () => {
    assert.equal(await readFile(new URL('docs/reference/api.md', root), 'utf8'), apiPage(entryPoints))
  })

  test('lists every entry point that a package exports', async () => {
    const listed = declared.map(({ specifier }) => specifier)
    for (const name of ['contracts', 'actors']) {
      const text = await readFile(new URL(`packages/${name}/package.json`, root), 'utf8')
      const { exports } = JSON.parse(text) as { exports: Record<string, unknown> }
      const specifiers = Object.keys(exports).map((path) => `@danbooru-jobs/${name}${path.slice(1)}`)
      const isPublic = (specifier: string) => specifier !== '@danbooru-jobs/actors/internal'
      assert.deepEqual(
        specifiers.filter(isPublic).sort(),
        listed.filter((one) => specifiers.includes(one)).sort(),
      )
    }
  })

  test('has a sentence for every name', () => {
    const names = entryPoints.flatMap(({ specifier, names }) => names.map((one) => ({ specifier, ...one })))
    assert.deepEqual(
      names.filter(({ summary }) => summary === ''),
      [],
    )
  })

  for (const { specifier, names, most } of entryPoints) {
    if (most === undefined) continue
    test(`finds no more than ${most} names in ${specifier}`, () => {
      assert.ok(names.length > 10 && names.length <= most, `${names.length} names`)
    })
  }

  test('is written as HTML with the docstrings', async () => {
    const folder = await testFolder('api')
    await application.generateDocs(project, folder)
    await access(join(folder, 'index.html'))
    const page = await readFile(join(folder, 'functions/packages_contracts_src.defineJob.html'), 'utf8')
    assert.ok(page.includes('Declares a job type'))
  })
})

test('the first sentence of a docstring is on one line', () => {
  for (const [text, expected] of [
    ['One sentence.', 'One sentence.'],
    ['One\nsentence. Another one.', 'One sentence.'],
    ['One paragraph\n\nand another', 'One paragraph'],
    ['Modes:\n- one\n- two', 'Modes.'],
  ] as const) {
    assert.equal(firstSentence(text), expected)
  }
})
