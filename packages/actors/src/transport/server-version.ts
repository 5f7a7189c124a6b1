import type { NatsConnection } from '@nats-io/transport-node'

/** The oldest server that has everything we use: cron schedules with time zones came with 2.14. */
export const oldestServer = '2.14.0'

/** The NATS server is too old. */
export class ServerTooOldError extends Error {
  override readonly name = 'ServerTooOldError'
  readonly code = 'server-too-old'
}

/** @throws ServerTooOldError naming both versions. */
export function requireServerVersion(nats: NatsConnection): void {
  const version = nats.info?.version ?? '0'
  if (isAtLeast(version, oldestServer)) return
  throw new ServerTooOldError(
    `nats-server ${version} at ${nats.getServer()} is too old: danbooru-jobs needs ${oldestServer} or newer`,
  )
}

/** Compares versions like 2.14.0 or 2.15.0-dev. */
export function isAtLeast(version: string, least: string): boolean {
  const have = numbers(version)
  const need = numbers(least)
  for (let index = 0; index < need.length; index++) {
    const difference = (have[index] ?? 0) - (need[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}

function numbers(version: string): number[] {
  return (version.match(/^v?(\d+)\.(\d+)\.(\d+)/) ?? []).slice(1).map(Number)
}
