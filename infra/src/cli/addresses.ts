import { readRunning } from '../dev/data-dir.ts'
import { readSettings } from '../settings.ts'

/** The servers a command talks to; undefined where none is known. */
export interface Addresses {
  readonly natsUrl: string | undefined
  readonly databaseUrl: string | undefined
}

/** `NATS_URL` and `DATABASE_URL`, or where they are not set, the servers of a running `npm start`. */
export async function addresses(): Promise<Addresses> {
  const settings = readSettings()
  const running = await readRunning(settings.dataDir)
  return {
    natsUrl: settings.natsUrl ?? running?.natsUrl,
    databaseUrl: settings.databaseUrl ?? running?.databaseUrl,
  }
}
