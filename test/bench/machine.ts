import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, release, totalmem, type } from 'node:os'

const require = createRequire(import.meta.url)

/** What the numbers were measured on, and how busy that was before they were. */
export function describeMachine(versions: Record<string, string>): Record<string, string | number> {
  const processors = cpus()
  return {
    processors: `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
    'load before': Number((loadavg()[0] ?? 0).toFixed(2)),
    node: process.versions.node,
    ...versions,
    ...Object.fromEntries(peers.map((name) => [name, versionOf(name)])),
  }
}

const peers = ['@nats-io/jetstream', 'bullmq', 'pg-boss', 'graphile-worker'] as const

/** A package need not export its own manifest, so it is looked for beside its entry. */
function versionOf(name: string): string {
  try {
    const entry = require.resolve(name)
    const folder = entry.slice(0, entry.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}/`.length)
    const manifest: unknown = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'))
    return typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : 'unknown'
  } catch {
    return 'not installed'
  }
}
