import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lastLine, run } from '../process/run.ts'
import { fetchIntoCache } from './cache.ts'
import type { Source } from './source.ts'

/** The version that is fetched from the project's release page. */
export const pinnedRelease = '2.15.1'

const releases = 'https://github.com/nats-io/nats-server/releases/download'

const platforms: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  freebsd: 'freebsd',
}
const architectures: Partial<Record<NodeJS.Architecture, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm7',
  ia32: '386',
  s390x: 's390x',
}

/** The release's archive for a machine: `nats-server-v2.15.1-linux-amd64.tar.gz`; undefined where there is none. */
export function assetName(
  version: string,
  platform: NodeJS.Platform,
  arch: NodeJS.Architecture,
): string | undefined {
  const os = platforms[platform]
  const cpu = architectures[arch]
  return os === undefined || cpu === undefined ? undefined : `nats-server-v${version}-${os}-${cpu}.tar.gz`
}

/** The checksum of one file in the text of a `SHA256SUMS` file. */
export function checksumOf(asset: string, sums: string): string | undefined {
  for (const line of sums.split('\n')) {
    const [checksum, name] = line.trim().split(/\s+\*?/)
    if (name === asset && checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum)) return checksum
  }
  return undefined
}

export interface ReleasePageOptions {
  readonly cache: string
  /** Address under which `v<version>/<file>` is found. Default: the project's own releases. */
  readonly releases?: string
  readonly platform?: NodeJS.Platform
  readonly arch?: NodeJS.Architecture
  /** Milliseconds until a server that does not answer is given up. Default 5000. */
  readonly connectTimeout?: number
}

/** The project's release page: the archive for this machine, compared with the release's own checksums. */
export function releasePage(options: ReleasePageOptions): Source {
  const { cache, platform = process.platform, arch = process.arch, connectTimeout = 5_000 } = options
  const base = `${options.releases ?? releases}/v${pinnedRelease}`
  return {
    name: 'release page',
    async look() {
      const asset = assetName(pinnedRelease, platform, arch)
      if (asset === undefined) return { missing: `no release for ${platform} on ${arch}` }
      const sums = await download(`${base}/SHA256SUMS`, connectTimeout)
      if ('missing' in sums) return sums
      const expected = checksumOf(asset, sums.body.toString('utf8'))
      if (expected === undefined) return { missing: `SHA256SUMS of ${pinnedRelease} does not name ${asset}` }
      const archive = await download(`${base}/${asset}`, 120_000)
      if ('missing' in archive) return archive
      const actual = createHash('sha256').update(archive.body).digest('hex')
      if (actual !== expected) return { missing: `${asset} has the checksum ${actual}, not ${expected}` }
      return fetchIntoCache(cache, 'release page', (folder) => unpack(archive.body, asset, folder))
    },
  }
}

type Download = { readonly body: Buffer } | { readonly missing: string }

async function download(url: string, timeout: number): Promise<Download> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeout) })
    if (!response.ok) return { missing: `${url} answered ${response.status}` }
    return { body: Buffer.from(await response.arrayBuffer()) }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return { missing: `${url} could not be reached (${cause instanceof Error ? cause.message : cause})` }
  }
}

async function unpack(archive: Buffer, asset: string, folder: string) {
  const file = join(folder, asset)
  await writeFile(file, archive)
  const { code, stderr } = await run('tar', ['-xzf', file, '-C', folder])
  if (code !== 0) return { missing: `${asset} could not be unpacked (${lastLine(stderr)})` }
  return { path: join(folder, asset.replace(/\.tar\.gz$/, ''), 'nats-server') }
}
