import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { foreignEnvironment, packed } from '../../../test/harness/index.ts'
import { startNats, type TestNats } from './nats.ts'

const run = promisify(execFile)
const contracts = fileURLToPath(new URL('..', import.meta.url))
const repository = dirname(dirname(contracts))

const env = foreignEnvironment()

const config = {
  compilerOptions: {
    strict: true,
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    typeRoots: [join(repository, 'node_modules/@types')],
    skipLibCheck: true,
  },
  files: ['publish.ts'],
}

let nats: TestNats
let project: string
before(async () => {
  nats = await startNats()
  project = await mkdtemp(join(tmpdir(), 'contracts-pack-'))
})
after(async () => {
  await nats.stop()
  await rm(project, { recursive: true, force: true })
})

test('the packed package installs in an empty project, where the README’s program type-checks and publishes', async () => {
  const inProject = { cwd: project, env: { ...env, NATS_URL: nats.url } }
  const tarball = await packed('contracts')
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config))
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, program = ''] = /```ts\n(.*?)```/s.exec(readme) ?? []
  await writeFile(join(project, 'publish.ts'), program)
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], inProject)
  await run(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '-p', project], inProject)
  const { stdout } = await run(process.execPath, ['publish.js'], inProject)
  assert.deepEqual(JSON.parse(stdout), [
    'accepted',
    { status: 'already-queued', refused: [{ index: 0, key: '1-all' }] },
    'delete-user: userId: expected number, received string',
  ])
})
