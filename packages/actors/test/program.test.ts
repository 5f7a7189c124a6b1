import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { spawnService, startNats, type TestNats, until } from '../../../test/harness/index.ts'
import { compileCacheDirectory } from '../src/service/compile-cache.ts'

const entry = 'packages/actors/test/idle-program.ts'

let nats: TestNats
let home: string
/** Without the folder that all tests of a run share. */
let own: Record<string, string>
before(async () => {
  nats = await startNats()
  own = { NATS_URL: nats.url, NODE_COMPILE_CACHE: '' }
  home = await mkdtemp(join(tmpdir(), 'danbooru-jobs-program-'))
})
after(async () => {
  await nats[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

describe('the compile cache', () => {
  test('is where the user keeps caches', () => {
    assert.equal(compileCacheDirectory({ HOME: '/h' }), '/h/.cache/danbooru-jobs/compiled')
    assert.equal(compileCacheDirectory({ HOME: '/h', XDG_CACHE_HOME: '/c' }), '/c/danbooru-jobs/compiled')
    assert.equal(
      compileCacheDirectory({ HOME: '/h', XDG_CACHE_HOME: '' }),
      '/h/.cache/danbooru-jobs/compiled',
    )
    assert.equal(compileCacheDirectory({}), undefined)
  })

  test('is filled by a program that has started, before it ends', async () => {
    await using _service = spawnService(entry, { ...own, XDG_CACHE_HOME: home })
    const compiled = async () => {
      const [version = ''] = await readdir(join(home, 'danbooru-jobs', 'compiled'))
      return (await readdir(join(home, 'danbooru-jobs', 'compiled', version))).length
    }
    await until(async () => (await compiled().catch(() => 0)) > 100)
  })

  test('is done without where nothing can be written', async () => {
    await using service = spawnService(entry, { ...own, XDG_CACHE_HOME: import.meta.filename })
    await until(() => service.output().includes('services started'))
  })
})

describe('a start that fails', () => {
  test('names every wrong setting, its own and those of its services, and nothing else', async () => {
    const env = { ...own, MAX_THREADS: 'many', MAINTENANCE_TIME_ZONE: 'Eastern' }
    await using service = spawnService('services/maintenance/src/main.ts', env)
    assert.deepEqual(await service.exited, { code: 1, signal: null })
    assert.deepEqual(service.output().split('\n'), [
      'DATABASE_URL is not set: maintenance needs a PostgreSQL database, postgres://user:password@host:port/database',
      'MAX_THREADS: must be a whole number from 1 to 10000, not "many"',
      'MAINTENANCE_TIME_ZONE: must be an IANA name such as Europe/Berlin, not "Eastern"',
    ])
  })

  test('names a server that cannot be reached, without its password', async () => {
    await using service = spawnService(entry, { ...own, NATS_URL: 'nats://user:secret@127.0.0.1:1' })
    assert.deepEqual(await service.exited, { code: 1, signal: null })
    assert.match(service.output(), /^cannot reach NATS at nats:\/\/user:\*\*\*@127\.0\.0\.1:1: .+$/)
  })

  test('shows where the program itself is wrong', async () => {
    await using service = spawnService('packages/actors/test/no-service.ts', own)
    assert.deepEqual(await service.exited, { code: 1, signal: null })
    assert.match(service.output(), /TypeError: the module exports no service: .*\n +at program/)
  })
})
