import { readRunning } from '../dev/data-dir.ts'
import { recentStarts, type Start } from '../dev/recent-starts.ts'
import { ExpectedError } from '../expected-error.ts'
import { type MachineSettings, readMachineSettings } from '../settings.ts'

/** The servers a command talks to; undefined where none is known. */
export interface Addresses {
  readonly natsUrl: string | undefined
  readonly databaseUrl: string | undefined
}

/**
 * `NATS_URL` and `DATABASE_URL`, or where they are not set, the servers of a running `npm start`: that on `DATA_DIR`, and without any of
 * these variables the last one of this project that still runs.
 */
export async function addresses(): Promise<Addresses> {
  const settings = readMachineSettings()
  const { natsUrl, databaseUrl } = settings
  if (natsUrl !== undefined && databaseUrl !== undefined) return { natsUrl, databaseUrl }
  for (const folder of foldersToTry(settings, await recentStarts())) {
    const running = await readRunning(folder)
    if (running !== undefined)
      return { natsUrl: natsUrl ?? running.natsUrl, databaseUrl: databaseUrl ?? running.databaseUrl }
  }
  return { natsUrl, databaseUrl }
}

/** The data folders on which an `npm start` may run, the first choice first. What is set explicitly excludes remembered starts. */
export function foldersToTry(settings: MachineSettings, starts: readonly Start[]): readonly string[] {
  const remembered = isExplicit(settings) ? [] : starts.map(({ dataDir }) => dataDir)
  return [...new Set([...remembered, settings.dataDir])]
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

async function missing(what: string, variable: string): Promise<never> {
  const settings = readMachineSettings()
  const [last] = isExplicit(settings) ? [] : await recentStarts()
  throw new ExpectedError(
    last === undefined
      ? `No ${what}: set ${variable}, or run "npm start" first (nothing runs on DATA_DIR ${settings.dataDir}).`
      : `No ${what}: set ${variable}, or run "npm start" again (the last one, process ${last.pid} on DATA_DIR ${last.dataDir}, has ended).`,
  )
}

function isExplicit({ natsUrl, databaseUrl, isDataDirSet }: MachineSettings): boolean {
  return natsUrl !== undefined || databaseUrl !== undefined || isDataDirSet
}
