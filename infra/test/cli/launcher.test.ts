import assert from 'node:assert/strict'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { testFolder } from '../../../test/harness/index.ts'
import { run } from '../../src/process/run.ts'
import { projectRoot } from '../../src/settings.ts'

const launcher = join(projectRoot, 'infra/bin/danbooru-jobs.mjs')

/** Lets the Node that runs the launcher say that it is an old one. What the launcher starts says its true version. */
const asOld =
  '--import=data:text/javascript,' +
  encodeURIComponent(
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.11.0" } })',
  )

describe('the launcher on an old Node', () => {
  test('runs the command on the one of the project, and passes its output and exit code on', async () => {
    const version = await run(process.execPath, [asOld, launcher, '--version'])
    assert.deepEqual([version.code, version.stderr], [0, ''])
    assert.match(version.stdout, /^danbooru-jobs \d+\.\d+\.\d+ \(Node\.js 2[4-9]\.\d+\.\d+\)\n$/)
    const wrong = await run(process.execPath, [asOld, launcher, 'nothing'])
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, /unknown command 'nothing'/)
  })

  test('passes signals and the exit code of another program on', async () => {
    const ends = await withNode('#!/bin/sh\nkill -TERM $$\n')
    assert.equal((await run(process.execPath, [asOld, ends, 'queues', 'list'])).code, 128 + 15)
    const args = await withNode('#!/bin/sh\nfor last; do :; done; echo "$last"; exit 7\n')
    const { code, stdout } = await run(process.execPath, [asOld, args, 'a b'])
    assert.deepEqual([code, stdout], [7, 'a b\n'])
  })

  test('says in one line how to get the one of the project when it is missing', async () => {
    const folder = await testFolder('launcher')
    const cure =
      /^Node\.js 20\.11\.0 is too old \(24 or newer is needed\), .*: run "npm ci" in \S+ first\.\n$/
    const alone = join(folder, 'infra', 'bin')
    await mkdir(alone, { recursive: true })
    await copyFile(launcher, join(alone, 'danbooru-jobs.mjs'))
    // The package without its program: its install script was not run.
    await mkdir(join(folder, 'node_modules', 'node'), { recursive: true })
    await writeFile(join(folder, 'node_modules', 'node', 'package.json'), '{}')
    const { code, stdout, stderr } = await run(process.execPath, [asOld, join(alone, 'danbooru-jobs.mjs')])
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, cure)
  })

  test('does not start itself again and again when the one of the project is old too', async () => {
    const old = await withNode(`#!/bin/sh\nexec '${process.execPath}' '${asOld}' "$@"\n`)
    const { code, stderr } = await run(process.execPath, [asOld, old])
    assert.equal(code, 1)
    assert.match(stderr, /^Node\.js 20\.11\.0 is too old/)
  })
})

/** A copy of the launcher whose project's Node is a script. */
async function withNode(script: string): Promise<string> {
  const folder = await testFolder('launcher')
  const [bin, node] = [join(folder, 'infra', 'bin'), join(folder, 'node_modules', 'node')]
  await mkdir(bin, { recursive: true })
  await mkdir(join(node, 'bin'), { recursive: true })
  await writeFile(join(node, 'package.json'), '{}')
  await writeFile(join(node, 'bin', 'node'), script, { mode: 0o755 })
  const copy = join(bin, 'danbooru-jobs.mjs')
  await copyFile(launcher, copy)
  return copy
}
