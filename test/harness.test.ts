import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { natsCli, spawnService, startNats, testFolder, until } from './harness/index.ts'
import { closingLine, isSuccess, matching, selectTests, slow, slowestFirst } from './runner/selection.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

describe('until', () => {
  test('gives back what the condition gives, and waits through exceptions', async () => {
    let calls = 0
    const value = await until(() => {
      calls += 1
      if (calls < 3) throw new Error('not yet')
      return calls
    })
    assert.equal(value, 3)
  })

  test('says what it waited for', async () => {
    const never = () => {
      throw new Error('still closed')
    }
    await assert.rejects(until(never, { timeout: 20, what: 'the door' }), {
      message: 'Waited 20 ms for the door; at last: Error: still closed',
    })
  })

  test('zero and the empty string are values', async () => {
    assert.equal(await until(() => 0), 0)
    assert.equal(await until(() => ''), '')
  })
})

describe('spawned services', () => {
  test('show their log lines and end when asked', async () => {
    const entry = await program(`
      process.on('SIGTERM', () => { console.log('{"msg":"drained"}'); process.exit(3) })
      console.log(JSON.stringify({ msg: 'hello', port: Number(process.env.PORT) }))
      setInterval(() => undefined, 1000)
    `)
    await using service = spawnService(entry, { PORT: '5' })
    assert.deepEqual(await service.waitForLog((line) => line.msg === 'hello'), { msg: 'hello', port: 5 })
    assert.deepEqual(await service.terminate(), { code: 3, signal: null })
    assert.deepEqual(service.logs.at(-1), { msg: 'drained' })
  })

  test('that end too early are shown with everything they wrote', async () => {
    const entry = await program(`throw new Error('no such thing')`)
    await using service = spawnService(entry)
    await assert.rejects(
      service.waitForLog((line) => line.msg === 'ready'),
      { message: /ended before it logged a log line\. It wrote:.*no such thing/s },
    )
  })
})

test('the nats client talks to a server', async (t) => {
  const cli = await natsCli()
  if (cli === undefined) return t.skip('no nats client on the PATH and no Go toolchain to build one')
  await using nats = await startNats()
  const { code, stdout, stderr } = await cli.run(nats.url, ['rtt', '--json'])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /"rtt"|nats:\/\//)
})

test('the closing line and the exit code', () => {
  const cases: [passed: number, failed: number, skipped: number, line: string, success: boolean][] = [
    [3, 0, 0, '3 passed, 0 failed', true],
    [3, 1, 0, '3 passed, 1 failed', false],
    [3, 0, 2, '3 passed, 0 failed, 2 skipped', true],
    [0, 0, 0, '0 passed, 0 failed', false],
    [0, 0, 4, '0 passed, 0 failed, 4 skipped', false],
  ]
  for (const [passed, failed, skipped, line, success] of cases) {
    const counts = { passed, failed, skipped }
    assert.equal(closingLine(counts), line)
    assert.equal(isSuccess(counts), success, line)
  }
})

test('arguments choose the files whose path contains one of them', () => {
  const files = ['services/delete-favorites/test/a.test.ts', 'infra/test/servers.test.ts']
  assert.deepEqual(matching(files, []), files)
  assert.deepEqual(matching(files, ['favorites']), files.slice(0, 1))
  assert.deepEqual(matching(files, ['favorites', 'infra']), files)
  assert.deepEqual(matching(files, ['nothing']), [])
})

test('slow files are started first, and all of them are there', () => {
  const found = selectTests(root, []).map((file) => relative(root, file))
  assert.equal(new Set(found).size, found.length)
  assert.equal(found[0], slow[0])
  for (const file of slow) assert.ok(found.includes(file), `${file} is listed as slow, but is no test file`)
  assert.deepEqual(slowestFirst(['b', ...slow.slice(0, 2).toReversed(), 'a']), [
    ...slow.slice(0, 2),
    'a',
    'b',
  ])
})

async function program(source: string): Promise<string> {
  const path = join(await testFolder('program'), 'program.mjs')
  await writeFile(path, source)
  return path
}
