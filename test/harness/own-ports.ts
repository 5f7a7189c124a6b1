import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../infra/src/index.ts'

/** Lets `npm start` on a new data folder begin with ports of its own: several at once would all try the usual ones. */
export async function ownPorts(dataDir: string): Promise<void> {
  const ports = { nats: await freePort(), postgres: await freePort() }
  await writeFile(join(dataDir, 'ports.json'), JSON.stringify(ports), { flag: 'wx' }).catch(() => undefined)
}
