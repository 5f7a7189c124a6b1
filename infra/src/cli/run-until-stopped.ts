import { runServices, type ServiceDefinition } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { stopSignal } from '../dev/stop-signal.ts'
import { checkNats } from '../reachable.ts'
import { databaseAddress, natsAddress } from './addresses.ts'
import { withDatabase } from './connections.ts'

/**
 * Runs services until this process is asked to stop, then lets running jobs end.
 *
 * @throws {ExpectedError} when a server is missing, or the database was never migrated
 */
export async function runUntilStopped(
  services: readonly ServiceDefinition[],
  maxThreads: number | undefined,
): Promise<void> {
  const stop = stopSignal(() => process.exit(130))
  const natsUrl = await natsAddress()
  await checkNats(natsUrl)
  const databaseUrl = await databaseAddress()
  await withDatabase(async () => undefined)
  if (stop.aborted) return
  const settings = { natsUrl, databaseUrl, ...(maxThreads !== undefined && { maxThreads }) }
  const running = await runServices(services, { database: booruDatabase, settings, handleSignals: false })
  await aborted(stop)
  await running.stop()
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
