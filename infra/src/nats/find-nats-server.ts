import { ExpectedError } from '../expected-error.ts'
import { userDirectory } from '../process/user-directory.ts'
import { cached, onPath } from './cache.ts'
import { debianPackage } from './debian.ts'
import { releasePage } from './release-page.ts'
import { inspect, type NatsServerBinary, type Source } from './source.ts'
import { formatVersion, oldestNatsServer } from './version.ts'

/** No nats-server could be found or fetched. The message has what was tried and what to do. */
export class NatsServerNotFound extends ExpectedError {
  override readonly name = 'NatsServerNotFound'
}

export interface FindNatsServerOptions {
  /** Read for `NATS_SERVER`, `PATH` and `XDG_CACHE_HOME`. Default: the process's own. */
  readonly env?: NodeJS.ProcessEnv
  /** Called before a download, which may take a while. */
  readonly onFetch?: (source: string) => void
  /** The places to fetch from, in order. Default: the release page, then Debian. */
  readonly fetchFrom?: readonly Source[]
}

/**
 * Finds a nats-server that is new enough, or fetches one into the cache: from the environment variable
 * `NATS_SERVER` (a path; nothing else is tried then), the `PATH`, the cache, the project's release page, Debian.
 *
 * @throws {NatsServerNotFound} when none of them has one.
 */
export async function findNatsServer(options: FindNatsServerOptions = {}): Promise<NatsServerBinary> {
  const env = options.env ?? process.env
  const cache = userDirectory('cache', env)
  if (env.NATS_SERVER !== undefined && env.NATS_SERVER !== '') return chosenByHand(env.NATS_SERVER)
  const near = [onPath(env.PATH ?? ''), cached(cache)]
  const far = options.fetchFrom ?? [releasePage({ cache }), debianPackage(cache)]
  const tried: string[] = []
  for (const source of [...near, ...far]) {
    if (far.includes(source)) options.onFetch?.(source.name)
    const offer = await source.look()
    if ('found' in offer) return offer.found
    tried.push(`  ${source.name}: ${offer.missing}`)
  }
  throw new NatsServerNotFound(notFoundMessage(tried))
}

async function chosenByHand(path: string): Promise<NatsServerBinary> {
  const offer = await inspect(path, 'NATS_SERVER')
  if ('found' in offer) return offer.found
  throw new NatsServerNotFound(`NATS_SERVER cannot be used: ${offer.missing}.`)
}

function notFoundMessage(tried: readonly string[]): string {
  const needed = formatVersion(oldestNatsServer)
  return [
    `No nats-server ${needed} or newer could be found. Tried:`,
    ...tried,
    `Install nats-server ${needed} or newer so that it is on the PATH, name its file in NATS_SERVER,`,
    'or point NATS_URL at a server that already runs.',
  ].join('\n')
}
