import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
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

const program = `
import { connectPublisher, job } from '@danbooru-jobs/contracts'
import { deleteUser } from '@danbooru-jobs/contracts/danbooru'

const publisher = await connectPublisher({ servers: process.env.NATS_URL ?? '' })
const one = await publisher.enqueue(deleteUser, { userId: 1 }, { delay: '10m' })
const all = await publisher.enqueueAtomically([job(deleteUser, { userId: 1 }), job(deleteUser, { userId: 2 })])
// @ts-expect-error the id is a number
const wrong = publisher.enqueue(deleteUser, { userId: '1' }).catch((error: Error) => error.message)
console.log(JSON.stringify([one.status, all, await wrong]))
await publisher.close()
`
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

test('the packed package installs, type-checks and publishes in an empty project', async () => {
  const inProject = { cwd: project, env: { ...env, NATS_URL: nats.url } }
  const tarball = await packed('contracts')
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config))
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
