import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lastLine, run } from '../process/run.ts'
import { fetchIntoCache } from './cache.ts'
import type { Offer, Source } from './source.ts'

/** The first Debian release that carries a nats-server of 2.14 or newer. */
const suite = 'forky'
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * The Debian mirrors in what apt prints about its sources: one address a line (`apt-get indextargets`) or
 * `'<address>/dists/<suite>/InRelease' …` (`apt-get update --print-uris`). Security mirrors carry no other suite
 * and are left out.
 */
export function debianMirrors(printed: string): string[] {
  const mirrors = printed
    .split('\n')
    .map((line) => /^'?(https?:\/\/[^'\s]+?)(?:\/dists\/[^'\s]*)?\/?(?:'.*)?$/.exec(line.trim())?.[1])
    .filter((uri): uri is string => uri !== undefined)
    .filter((uri) => /\/debian$/.test(new URL(uri).pathname))
  return [...new Set(mirrors)]
}

/** The one line of a `sources.list` that names a mirror and the key that must have signed it. */
export function sourceLine(mirror: string): string {
  return `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`
}

/**
 * Debian's own package, fetched by apt into the cache from the mirror this machine's apt already uses.
 * Needs no root and installs nothing; Debian's archive key vouches for the file.
 */
export function debianPackage(cache: string): Source {
  return {
    name: `Debian ${suite}`,
    async look() {
      const mirrors = await findMirrors()
      if (mirrors.length === 0) return { missing: 'apt has no Debian mirror configured' }
      let refused: Offer = { missing: '' }
      for (const mirror of mirrors) {
        const offer = await fetchIntoCache(cache, `Debian ${suite}`, (folder) => fetchPackage(mirror, folder))
        if ('found' in offer) return offer
        refused = offer
      }
      return refused
    },
  }
}

async function findMirrors(): Promise<string[]> {
  const known = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'])
  const mirrors = debianMirrors(known.stdout)
  if (mirrors.length > 0) return mirrors
  // indextargets prints nothing where the lists were never loaded or were cleaned away, as in container images.
  return debianMirrors((await run('apt-get', ['update', '--print-uris'])).stdout)
}

function privateApt(folder: string): string[] {
  return [
    `Dir::Etc::SourceList=${join(folder, 'forky.list')}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State=${join(folder, 'state')}`,
    `Dir::State::Lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    'Acquire::Retries=2',
  ].flatMap((option) => ['-o', option])
}

async function fetchPackage(mirror: string, folder: string): Promise<{ path: string } | { missing: string }> {
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true })
  await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true })
  await mkdir(join(folder, 'state'), { recursive: true })
  await writeFile(join(folder, 'forky.list'), sourceLine(mirror))
  const apt = privateApt(folder)
  const steps = [
    ['apt-get', ...apt, '--quiet', '--error-on=any', 'update'],
    ['apt-get', ...apt, '--quiet', 'download', 'nats-server'],
  ]
  for (const [program = '', ...args] of steps) {
    const { code, stderr } = await run(program, args, { cwd: folder, timeout: 180_000 })
    if (code !== 0) return { missing: `${args.at(-1)} from ${mirror}: ${lastLine(stderr)}` }
  }
  const deb = (await readdir(folder)).find((name) => name.endsWith('.deb'))
  if (deb === undefined) return { missing: `${mirror} gave no package` }
  const { code, stderr } = await run('dpkg-deb', ['-x', deb, 'root'], { cwd: folder })
  if (code !== 0) return { missing: `${deb} could not be unpacked (${lastLine(stderr)})` }
  return { path: join(folder, 'root', 'usr', 'sbin', 'nats-server') }
}
