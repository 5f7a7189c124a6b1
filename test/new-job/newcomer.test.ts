import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { run } from '../../infra/src/process/run.ts'
import { root } from '../architecture/files.ts'
import {
  freshDatabase,
  type SpawnedService,
  spawnService,
  startNats,
  type TestDatabase,
  type TestNats,
  testFolder,
} from '../harness/index.ts'
import { changedFiles, copyOfRepository, shellEnvironment } from './copy.ts'

const page = await readFile(join(root, 'docs/how-to/add-a-job-type.md'), 'utf8')
/** The commands of the page, in the blocks in which it shows them. */
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
/** The files of the page, by the path in their first line. */
const files = [...page.matchAll(/^```ts\n(\/\/ (\S+)\n[\s\S]*?)^```$/gm)].map(([, text = '', path = '']) => ({
  path,
  text,
}))

describe('what docs/how-to/add-a-job-type.md says, done in a copy of the repository', () => {
  let copy: string
  const shell = async (command: string, more: Record<string, string> = {}) => {
    const env = Object.entries(shellEnvironment(more)).map(([name, value]) => `${name}=${value}`)
    const { code, stdout, stderr } = await run('env', ['-i', ...env, 'sh', '-ec', command], {
      cwd: copy,
      timeout: 300_000,
    })
    assert.equal(code, 0, `${command}\n${stdout}\n${stderr}`)
    return stdout
  }
  before(async () => {
    copy = await copyOfRepository()
  })

  test('is little: at most four files and 80 lines', () => {
    assert.deepEqual([commands.length, files.length], [3, 3])
    const lines = files.flatMap(({ text }) => text.trimEnd().split('\n'))
    assert.ok(lines.length <= 80, `${lines.length} lines`)
  })

  test('the generator writes every file, and names what is wrong', async () => {
    await shell(commands[0] ?? '')
    const service = 'services/refresh-feed'
    const written = [
      'package-lock.json',
      'packages/contracts/src/danbooru/jobs/index.ts',
      'packages/contracts/src/danbooru/jobs/refresh-feed.ts',
      `${service}/package.json`,
      `${service}/src/main.ts`,
      `${service}/src/refresh-feed.ts`,
      `${service}/test/refresh-feed.test.ts`,
    ]
    assert.deepEqual(changedFiles(copy).sort(), written)
    for (const { path } of files) assert.ok(written.includes(path), path)
    await assert.rejects(shell('npm run new-job -- refresh-feed'), /refresh-feed\.ts exists already\./)
    await assert.rejects(shell('npm run new-job -- Feed'), /kebab-case, with two words or more, not "Feed"/)
    assert.deepEqual(changedFiles(copy).sort(), written)
  })

  test('the files of the page are correct, those of the generator too, and their tests pass', async () => {
    for (const { path, text } of files) await writeFile(join(copy, path), text)
    await shell("npm run new-job -- refresh-feed-as-generated --unique --schedule '0 0 3 * * *' --database")
    const said = await shell(commands[1] ?? '')
    assert.match(said, /✔ reads a feed/)
    assert.match(said, /✔ refresh-feed-as-generated ends well[\s\S]*\n2 passed, 0 failed/)
  })

  test('a job type more breaks no test of the repository', async () => {
    const tests = ['test/architecture', 'packages/contracts/test/properties', 'infra/test/cli/settings']
    await shell(`npm exec -- node --test ${tests.map((name) => `${name}.test.ts`).join(' ')}`)
  })

  describe('its program', () => {
    let nats: TestNats
    let database: TestDatabase
    let service: SpawnedService
    let servers: Record<string, string>
    let folder: string
    const feeds = async () => (await readdir(folder)).filter((name) => name.startsWith('feeds-'))
    before(async () => {
      nats = await startNats()
      database = await freshDatabase()
      folder = await testFolder('temporary')
      servers = { NATS_URL: nats.url, DATABASE_URL: database.url, TMPDIR: folder }
      service = spawnService(join(copy, 'services/refresh-feed/src/main.ts'), servers)
      await service.waitForLog(({ msg }) => msg === 'services started')
    })
    after(async () => {
      await service?.[Symbol.asyncDispose]()
      await nats?.[Symbol.asyncDispose]()
      await database?.[Symbol.asyncDispose]()
    })

    test('is known to the commands of the page', async () => {
      const said = await shell(commands[2] ?? '', servers)
      assert.match(said, /^FEED_TIMEOUT_SECONDS +10 +default +refresh-feed$/m)
      assert.match(said, /^feeds +refresh-feed +0 0 \* \* \* \* /m)
      await service.waitForLog(({ jobType }) => jobType === 'refresh-feed')
    })

    test('has its resource until it stops', async () => {
      assert.equal((await feeds()).length, 1)
      assert.deepEqual(await service.terminate(), { code: 0, signal: null })
      assert.deepEqual(await feeds(), [])
    })
  })
})
