import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { inspect, type Offer, type Source } from './source.ts'
import { compareVersions, formatVersion, parseVersion, type Version } from './version.ts'

/** Version folders, newest first; other names are left out. */
export function newestFirst(names: readonly string[]): string[] {
  const versions = names.map(parseVersion).filter((version): version is Version => version !== undefined)
  return versions.sort((a, b) => compareVersions(b, a)).map(formatVersion)
}

/** A server that an earlier run has fetched: `<cache>/nats-server/<version>/nats-server`. */
export function cached(cache: string): Source {
  return {
    name: 'cache',
    async look() {
      const root = join(cache, 'nats-server')
      const names = await readdir(root).catch((): string[] => [])
      let refused: Offer = { missing: `nothing in ${root}` }
      for (const version of newestFirst(names)) {
        const offer = await inspect(join(root, version, 'nats-server'), 'cache')
        if ('found' in offer) return offer
        refused = offer
      }
      return refused
    },
  }
}

/** Every `nats-server` on the `PATH`, the first that is new enough wins. */
export function onPath(path: string): Source {
  return {
    name: 'PATH',
    async look() {
      const reasons: string[] = []
      for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
        const names = await readdir(folder).catch((): string[] => [])
        if (!names.includes('nats-server')) continue
        const offer = await inspect(join(folder, 'nats-server'), 'PATH')
        if ('found' in offer) return offer
        reasons.push(offer.missing)
      }
      return { missing: reasons.length > 0 ? reasons.join('; ') : 'no nats-server on the PATH' }
    },
  }
}

/**
 * Lets `fetch` put a server into a folder beside the cache and moves it in when it is complete and new enough,
 * so that a cache never holds half a download, also when another process downloads at the same time.
 *
 * `fetch` gets an empty folder and returns the executable's path, or the reason why there is none.
 */
export async function fetchIntoCache(
  cache: string,
  source: string,
  fetch: (folder: string) => Promise<{ path: string } | { missing: string }>,
): Promise<Offer> {
  const root = join(cache, 'nats-server')
  await mkdir(root, { recursive: true })
  const folder = await mkdtemp(join(root, '.fetching-'))
  try {
    const fetched = await fetch(folder)
    if ('missing' in fetched) return fetched
    await chmod(fetched.path, 0o755)
    const offer = await inspect(fetched.path, source)
    if ('missing' in offer) return offer
    const path = join(root, formatVersion(offer.found.version), 'nats-server')
    await mkdir(dirname(path), { recursive: true })
    await rename(fetched.path, path)
    return { found: { ...offer.found, path } }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
