import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { run } from '../infra/src/process/run.ts'
import { inForeignEnvironment, packed, startNats, type TestNats, testFolder } from './harness/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Node's types stand in for those that a project of its own would install. */
const config = {
  compilerOptions: {
    strict: true,
    target: 'esnext',
    module: 'nodenext',
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    skipLibCheck: true,
  },
}

describe('the programs of the READMEs, in an empty project with the packed packages', () => {
  let nats: TestNats
  let project: string
  const inProject = (program: string, args: string[], more: Record<string, string> = {}) =>
    run('env', inForeignEnvironment([program, ...args], more), { cwd: project, timeout: 300_000 })

  before(async () => {
    nats = await startNats()
    project = await testFolder('readme')
    await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config))
    const tarballs = [await packed('contracts'), await packed('actors')]
    const installed = await inProject('npm', [
      'install',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      ...tarballs,
    ])
    assert.equal(installed.code, 0, installed.stderr)
    await mkdir(join(project, 'actors'))
    for (const [name, text] of await programs('README.md')) await writeFile(join(project, name), text)
    for (const [name, text] of await programs('packages/actors/README.md')) {
      await writeFile(join(project, 'actors', name), text)
    }
  })
  after(() => nats?.[Symbol.asyncDispose]())

  test('type-check', async () => {
    const { code, stdout } = await inProject('node', [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      '.',
    ])
    assert.equal(code, 0, stdout)
  })

  test('a worker runs a job, and the publisher publishes', async () => {
    await writeFile(join(project, 'work.js'), workOneJob)
    const worked = await inProject('node', ['work.js'], { NATS_URL: nats.url })
    assert.equal(worked.code, 0, worked.stderr)
    assert.match(worked.stdout, /"msg":"job done"/)
    assert.match(worked.stdout, /"words":3/)
    const published = await inProject('node', ['publish.js'], { NATS_URL: nats.url })
    assert.deepEqual([published.code, published.stdout], [0, 'accepted\naccepted\n'], published.stderr)
  })

  test('of the actors: one program runs and enqueues a job, another tests its worker', async () => {
    const ran = await inProject('node', ['actors/main.js'], { NATS_URL: nats.url })
    assert.equal(ran.code, 0, ran.stderr)
    const printed = ran.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('{'))
    assert.deepEqual(printed, ['Hello Albert! This is attempt 1.', 'done'])
    const tested = await inProject('node', ['actors/greet-test.js'])
    assert.deepEqual([tested.code, tested.stderr], [0, ''])
  })
})

/** Runs the README's worker until it has done one job; its result is in the job log. */
const workOneJob = `
import { connectPublisher } from '@danbooru-jobs/contracts'
import { connect } from '@nats-io/transport-node'
import { countWords } from './count-words.js'

const nats = await connect({ servers: process.env.NATS_URL })
const said = nats.subscribe('job-log.report.count-words.*', { max: 1 })
const acknowledged = nats.subscribe('$JS.EVENT.METRIC.CONSUMER.ACK.JOBS.count-words', { max: 1 })
await import('./main.js')
const publisher = await connectPublisher({ servers: process.env.NATS_URL })
await publisher.enqueue(countWords, { text: 'one two  three' })
for await (const message of said) console.log(message.string())
for await (const _ of acknowledged);
process.kill(process.pid, 'SIGTERM')
`

/** The blocks of TypeScript of a page, by the file name in their first line. */
async function programs(page: string): Promise<Map<string, string>> {
  const text = await readFile(join(root, page), 'utf8')
  const blocks = [...text.matchAll(/^```ts\n(\/\/ ([\w-]+\.ts)[^\n]*\n[\s\S]*?)^```$/gm)]
  assert.ok(blocks.length >= 3, page)
  return new Map(blocks.map(([, program = '', name = '']) => [name, program]))
}
