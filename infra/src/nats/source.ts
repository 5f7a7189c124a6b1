import { run } from '../process/run.ts'
import { formatVersion, isNewEnough, oldestNatsServer, parseVersion, type Version } from './version.ts'

/** A nats-server that can be started. */
export interface NatsServerBinary {
  /** Absolute path of the executable. */
  readonly path: string
  readonly version: Version
  /** Where it came from: `PATH`, `cache`, … */
  readonly source: string
}

/** What was found in one source: a server, or the reason why there is none. */
export type Offer = { readonly found: NatsServerBinary } | { readonly missing: string }

/** A source of nats-server programs. */
export interface Source {
  readonly name: string
  look(): Promise<Offer>
}

/** Asks an executable for its version and accepts it if it is new enough. */
export async function inspect(path: string, source: string): Promise<Offer> {
  const { code, stdout, stderr } = await run(path, ['-v'], { timeout: 10_000 })
  if (code !== 0) return { missing: `${path} could not be run (${stderr.trim().split('\n')[0]})` }
  const version = parseVersion(stdout)
  if (version === undefined) return { missing: `${path} did not print its version` }
  if (!isNewEnough(version)) {
    const needed = formatVersion(oldestNatsServer)
    return { missing: `${path} is version ${formatVersion(version)}, and ${needed} or newer is needed` }
  }
  return { found: { path, version, source } }
}
