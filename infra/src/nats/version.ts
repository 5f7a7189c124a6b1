/** A server version as three numbers; what follows them (`-RC.1`, `-dev`) does not count. */
export interface Version {
  readonly major: number
  readonly minor: number
  readonly patch: number
}

/**
 * The oldest nats-server that has everything the job streams use: message schedules, atomic batches and
 * per-subject counters arrived up to 2.14 (see the release notes of nats-server).
 */
export const oldestNatsServer: Version = { major: 2, minor: 14, patch: 0 }

/** Reads `2.15.1`, `v2.15.1` or the line `nats-server: v2.15.1` that `nats-server -v` prints. */
export function parseVersion(text: string): Version | undefined {
  const match = /(?:^|[\s:v])(\d+)\.(\d+)\.(\d+)/.exec(text)
  if (match === null) return undefined
  const [, major, minor, patch] = match
  return { major: Number(major), minor: Number(minor), patch: Number(patch) }
}

export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`
}

/** Negative when `a` is older than `b`, positive when newer, zero when the same. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch
}

export function isNewEnough(version: Version): boolean {
  return compareVersions(version, oldestNatsServer) >= 0
}
