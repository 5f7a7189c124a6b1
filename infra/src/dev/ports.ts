import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, isFree } from '../process/free-port.ts'

/** The ports of the servers that npm start starts. */
export interface Ports {
  readonly nats: number
  readonly postgres: number
}

/** The usual port of NATS, so that a bare `nats pub` works; for PostgreSQL the one next to the usual. */
export const defaultPorts: Ports = { nats: 4222, postgres: 5433 }

/**
 * The ports of the last start on this folder, or the defaults; a free one instead of a port that is taken. The
 * choice is kept, so that addresses stay the same from start to start.
 */
export async function choosePorts(dataDir: string): Promise<Ports> {
  const file = join(dataDir, 'ports.json')
  const wanted = parsePorts(await readFile(file, 'utf8').catch(() => '')) ?? defaultPorts
  const ports = { nats: await freeOr(wanted.nats), postgres: await freeOr(wanted.postgres) }
  await writeFile(file, `${JSON.stringify(ports)}\n`)
  return ports
}

/** Reads `{"nats":4222,"postgres":5433}`; undefined when it is anything else. */
export function parsePorts(text: string): Ports | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('nats' in value) || !('postgres' in value))
      return undefined
    const { nats, postgres } = value
    return isPort(nats) && isPort(postgres) ? { nats, postgres } : undefined
  } catch {
    return undefined
  }
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 65_535
}

async function freeOr(port: number): Promise<number> {
  return (await isFree(port)) ? port : freePort()
}
