import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { testFolder } from '../../test/harness/index.ts'
import { assetName, checksumOf, pinnedRelease, releasePage } from '../src/nats/release-page.ts'
import { run } from '../src/process/run.ts'

const asset = `nats-server-v${pinnedRelease}-linux-amd64.tar.gz`

test('the archive for a machine', () => {
  const cases: [NodeJS.Platform, NodeJS.Architecture, string | undefined][] = [
    ['linux', 'x64', 'nats-server-v2.15.1-linux-amd64.tar.gz'],
    ['linux', 'arm64', 'nats-server-v2.15.1-linux-arm64.tar.gz'],
    ['darwin', 'arm64', 'nats-server-v2.15.1-darwin-arm64.tar.gz'],
    ['linux', 'mips', undefined],
    ['aix', 'x64', undefined],
  ]
  for (const [platform, arch, expected] of cases) assert.equal(assetName('2.15.1', platform, arch), expected)
})

test('the checksum of one file among others', () => {
  const sum = 'a'.repeat(64)
  const sums = `${'b'.repeat(64)}  other.tar.gz\n${sum}  ${asset}\n`
  assert.equal(checksumOf(asset, sums), sum)
  assert.equal(checksumOf(asset, sums.replace('  ', ' *')), sum)
  assert.equal(checksumOf('missing.tar.gz', sums), undefined)
  assert.equal(checksumOf(asset, `short  ${asset}`), undefined)
})

describe('fetching from the release page', () => {
  test('puts a server into the cache', async () => {
    const { cache, source, close } = await page({})
    const offer = await source.look()
    await close()
    assert.ok('found' in offer, JSON.stringify(offer))
    assert.equal(offer.found.path, join(cache, 'nats-server', '2.15.1', 'nats-server'))
    assert.match(await readFile(offer.found.path, 'utf8'), /^#!/)
  })

  test('refuses an archive that was tampered with', async () => {
    const { source, close } = await page({ checksum: 'c'.repeat(64) })
    const offer = await source.look()
    await close()
    assert.ok('missing' in offer)
    assert.match(offer.missing, /has the checksum [0-9a-f]{64}, not c{64}/)
  })

  test('gives the reason when the page is not there', async () => {
    const { source, close } = await page({ status: 404 })
    const offer = await source.look()
    assert.ok('missing' in offer)
    assert.match(offer.missing, /SHA256SUMS answered 404/)
    await close()
    const unreachable = await source.look()
    assert.ok('missing' in unreachable)
    assert.match(unreachable.missing, /could not be reached .*ECONNREFUSED/)
  })
})

/** A release page on this machine, with an archive whose server is a script that tells its version. */
async function page({ checksum, status = 200 }: { checksum?: string; status?: number }) {
  const folder = await testFolder('release')
  const content = join(folder, asset.replace('.tar.gz', ''))
  await mkdir(content)
  await writeFile(join(content, 'nats-server'), '#!/bin/sh\necho "nats-server: v2.15.1"\n')
  await chmod(join(content, 'nats-server'), 0o644)
  await run('tar', ['-czf', join(folder, asset), '-C', folder, asset.replace('.tar.gz', '')])
  const archive = await readFile(join(folder, asset))
  const sum = checksum ?? createHash('sha256').update(archive).digest('hex')
  const server = createServer((request, response) => {
    response.statusCode = status
    response.end(request.url?.endsWith('SHA256SUMS') ? `${sum}  ${asset}\n` : archive)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const cache = join(folder, 'cache')
  const releases = `http://127.0.0.1:${port}`
  const source = releasePage({ cache, releases, platform: 'linux', arch: 'x64' })
  const close = () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
  return { cache, source, close }
}
