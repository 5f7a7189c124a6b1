import { readRunning } from '../dev/data-dir.ts'
import { ExpectedError } from '../expected-error.ts'
import { readMachineSettings } from '../settings.ts'

/** The servers a command talks to; undefined where none is known. */
export interface Addresses {
  readonly natsUrl: string | undefined
  readonly databaseUrl: string | undefined
}

/** `NATS_URL` and `DATABASE_URL`, or where they are not set, the servers of a running `npm start`. */
export async function addresses(): Promise<Addresses> {
  const settings = readMachineSettings()
  const running = await readRunning(settings.dataDir)
  return {
    natsUrl: settings.natsUrl ?? running?.natsUrl,
    databaseUrl: settings.databaseUrl ?? running?.databaseUrl,
  }
}

/**
 * Where NATS is.
 *
 * @throws {ExpectedError} when no address is set or found
 */
export async function natsAddress(): Promise<string> {
  return (await addresses()).natsUrl ?? missing('NATS server', 'NATS_URL')
}

/**
 * Where the database is.
 *
 * @throws {ExpectedError} when no address is set or found
 */
export async function databaseAddress(): Promise<string> {
  return (await addresses()).databaseUrl ?? missing('database', 'DATABASE_URL')
}

function missing(what: string, variable: string): never {
  const { dataDir } = readMachineSettings()
  throw new ExpectedError(
    `No ${what}: set ${variable}, or run "npm start" first (nothing runs on DATA_DIR ${dataDir}).`,
  )
}
