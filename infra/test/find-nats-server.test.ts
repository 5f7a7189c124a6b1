import assert from 'node:assert/strict'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { testFolder } from '../../test/harness/index.ts'
import { findNatsServer } from '../src/index.ts'
import type { Source } from '../src/nats/source.ts'

const nowhere: Source = { name: 'nowhere', look: async () => ({ missing: 'there is nothing here' }) }

describe('finding a nats-server', () => {
  test('a server on the PATH that is too old is refused with a message that says what is needed', async () => {
    const { folder, env } = await machine()
    await script(join(folder, 'bin', 'nats-server'), 'nats-server: v2.9.10')
    const bin = join(folder, 'bin')
    const cache = join(folder, 'cache', 'danbooru-jobs')
    await assert.rejects(findNatsServer({ env, fetchFrom: [nowhere] }), {
      name: 'NatsServerNotFound',
      message: `No nats-server 2.14.0 or newer could be found. Tried:
  PATH: ${bin}/nats-server is version 2.9.10, and 2.14.0 or newer is needed
  cache: nothing in ${cache}/nats-server
  nowhere: there is nothing here
Install nats-server 2.14.0 or newer so that it is on the PATH, name its file in NATS_SERVER,
or point NATS_URL at a server that already runs.`,
    })
  })

  test('a newer server further back on the PATH is taken', async () => {
    const { folder, env } = await machine()
    await script(join(folder, 'bin', 'nats-server'), 'nats-server: v2.9.10')
    await script(join(folder, 'other', 'nats-server'), 'nats-server: v2.14.0')
    const path = `${join(folder, 'bin')}:${join(folder, 'other')}:${env.PATH}`
    const found = await findNatsServer({ env: { ...env, PATH: path }, fetchFrom: [] })
    assert.deepEqual([found.path, found.source], [join(folder, 'other', 'nats-server'), 'PATH'])
  })

  test('the newest in the cache is taken, and nothing is fetched then', async () => {
    const { folder, env } = await machine()
    const cache = join(folder, 'cache', 'danbooru-jobs', 'nats-server')
    for (const version of ['2.9.0', '2.14.3', '2.15.0']) {
      await script(join(cache, version, 'nats-server'), `nats-server: v${version}`)
    }
    const fetched: string[] = []
    const onFetch = (source: string) => fetched.push(source)
    const found = await findNatsServer({ env, onFetch, fetchFrom: [nowhere] })
    assert.equal(found.path, join(cache, '2.15.0', 'nats-server'))
    assert.deepEqual(fetched, [])
  })

  test('NATS_SERVER is the only one asked', async () => {
    const { folder, env } = await machine()
    const mine = join(folder, 'mine')
    await script(join(folder, 'bin', 'nats-server'), 'nats-server: v2.15.1')
    await script(mine, 'nats-server: v2.14.7')
    const found = await findNatsServer({ env: { ...env, NATS_SERVER: mine } })
    assert.equal(found.path, mine)
    await script(mine, 'nats-server: v2.9.10')
    await assert.rejects(findNatsServer({ env: { ...env, NATS_SERVER: mine } }), {
      message: /^NATS_SERVER cannot be used: .* is version 2\.9\.10, and 2\.14\.0 or newer is needed\.$/,
    })
    await assert.rejects(findNatsServer({ env: { ...env, NATS_SERVER: join(folder, 'gone') } }), {
      message: /^NATS_SERVER cannot be used: .*gone could not be run/,
    })
  })
})

async function machine() {
  const folder = await testFolder('machine')
  const env = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache') }
  return { folder, env }
}

async function script(path: string, answer: string) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `#!/bin/sh\necho "${answer}"\n`)
  await chmod(path, 0o755)
}
