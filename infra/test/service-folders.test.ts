import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { loadServices, serviceNames } from '../src/service-folders.ts'
import { allServices } from '../src/services.ts'

const folder = new URL('../../services/', import.meta.url)
const textOf = (path: string) => readFile(new URL(path, folder), 'utf8')

describe('the services', () => {
  test('are the folders, sorted', async () => {
    assert.deepEqual(serviceNames(), (await readdir(folder)).sort())
  })

  for (const name of serviceNames()) {
    test(`${name}: its module is its package and its program, and exports a service`, async () => {
      assert.equal(JSON.parse(await textOf(`${name}/package.json`)).exports['.'], `./src/${name}.ts`)
      assert.ok(
        (await textOf(`${name}/src/main.ts`)).includes(`await program(() => import('./${name}.ts'))\n`),
      )
      assert.ok((await loadServices([name])).length > 0)
    })
  }

  test('have one definition of each kind and name', () => {
    const names = allServices.map(({ kind, name }) => `${kind} ${name}`)
    assert.deepEqual([...new Set(names)], names)
  })
})
