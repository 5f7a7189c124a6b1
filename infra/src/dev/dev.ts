import { withoutPassword } from '@danbooru-jobs/actors/program'
import { migrateDatabase } from '../migrate.ts'
import { defaultDataDir, type MachineSettings, readMachineSettings } from '../settings.ts'
import { seed, startServices } from './compose.ts'
import { lockDataDir } from './data-dir.ts'
import { rememberStart } from './recent-starts.ts'
import { type Servers, startServers } from './servers.ts'
import { stopSignal } from './stop-signal.ts'

/**
 * Runs everything on this machine until it is stopped: the servers whose address is not set, the database's
 * migrations and first content, all services. Stops in the opposite order.
 *
 * @throws {ExpectedError} for what the user can fix
 */
export async function dev(settings: MachineSettings = readMachineSettings()): Promise<void> {
  let servers: Servers | undefined
  const stop = stopSignal(() => void forceEnd(servers))
  await using cleanUp = new AsyncDisposableStack()
  const lock = await lockDataDir(settings.dataDir)
  cleanUp.defer(() => lock.release())
  servers = await startServers(settings)
  const { natsUrl, databaseUrl, failed } = servers
  cleanUp.defer(servers.stop)
  const { port, dataDir } = settings
  if (stop.aborted) return
  await migrateDatabase(databaseUrl)
  if (stop.aborted) return
  const seeded = await seed(databaseUrl)
  if (stop.aborted) return
  const shown = {
    // Servers that were started here have no password, so that their addresses can be pasted.
    natsUrl: settings.natsUrl === undefined ? natsUrl : withoutPassword(natsUrl),
    databaseUrl: settings.databaseUrl === undefined ? databaseUrl : withoutPassword(databaseUrl),
  }
  const services = await startServices({ natsUrl, databaseUrl, port, seeded, shown })
  cleanUp.defer(() => services.drain())
  // Only when all is ready: a command that finds the addresses finds the services too.
  await lock.publish({ natsUrl, databaseUrl, port })
  const isFound = (await rememberStart(dataDir)) || dataDir === defaultDataDir
  for (const line of services.banner(isFound ? undefined : dataDir)) console.log(line)
  await Promise.race([aborted(stop), failed])
  console.log('Stopping: finishing what is being worked on. Ctrl-C again ends at once.')
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
    // Without a server of its own, nothing else keeps the process alive.
    const alive = setInterval(() => undefined, 1 << 30)
    signal.addEventListener('abort', () => clearInterval(alive), { once: true })
  })
}

async function forceEnd(servers: Servers | undefined): Promise<void> {
  await servers?.kill9()
  process.exit(130)
}
