import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freshDatabase, spawnService, startNats, type TestDatabase, type TestNats } from './harness/index.ts'

const folder = fileURLToPath(new URL('../examples/', import.meta.url))

/** These need settings of their own: `packages/actors/test/limits/examples.test.ts` runs them and checks what they write. */
const elsewhere = new Set(['batches.ts', 'limits.ts', 'ordered-jobs.ts', 'unique-jobs.ts'])

/** What a program is to write: the lines of comment after `// Output:`. */
function expectedOutput(source: string): string {
  const [, after = ''] = source.split('\n// Output:\n')
  return after.trimEnd().replaceAll(/^\/\/ ?/gm, '')
}

describe('an example does what its last lines say', async () => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !elsewhere.has(name))
  let nats: TestNats
  let database: TestDatabase
  before(async () => {
    nats = await startNats()
    database = await freshDatabase()
  })
  after(async () => {
    await nats[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })

  for (const name of names) {
    test(name, async () => {
      const expected = expectedOutput(await readFile(`${folder}${name}`, 'utf8'))
      assert.notEqual(expected, '', `${name} ends with no "// Output:"`)
      await using program = spawnService(`${folder}${name}`, {
        NATS_URL: nats.url,
        DATABASE_URL: database.url,
      })
      const { code } = await program.exited
      assert.equal(program.output(), expected)
      assert.equal(code, 0)
    })
  }
})
