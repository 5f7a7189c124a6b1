import { randomUUID } from 'node:crypto'
import { runServices } from '@danbooru-jobs/actors'
import { openDatabase, readServiceSettings, systemClock } from '@danbooru-jobs/actors/program'
import { booruDatabase, seedBooru } from '@danbooru-jobs/booru'
import { type Logger, pino } from 'pino'
import { ExpectedError } from '../expected-error.ts'
import { findOnPath } from '../process/find-on-path.ts'
import { allServices } from '../services.ts'
import { bannerLines } from './banner.ts'
import { logLine } from './log-lines.ts'

/** What the services of one machine need to know. */
export interface Surroundings {
  readonly natsUrl: string
  readonly databaseUrl: string
  /** Where health is answered. */
  readonly port: number
  /** Whether the image board was made just now. */
  readonly seeded: boolean
  /** The addresses as they may be shown, without passwords. */
  readonly shown: { readonly natsUrl: string; readonly databaseUrl: string }
}

/** Services that run in this process. */
export interface RunningServices {
  /**
   * What is running where, and commands to try; one line each.
   *
   * @param dataDir the data folder, if the commands have to name it
   */
  banner(dataDir: string | undefined): readonly string[]
  /** Finishes what is being worked on and ends. */
  drain(): Promise<void>
}

/**
 * Fills an empty image board with a small community to try things on. Leaves any other as it is.
 *
 * @returns whether it was empty
 */
export async function seed(databaseUrl: string): Promise<boolean> {
  const settings = { url: databaseUrl, poolSize: 2, name: 'danbooru-jobs seed' }
  const database = await openDatabase(settings, booruDatabase, systemClock, randomUUID)
  try {
    return (await seedBooru(database.entityManager(), { now: systemClock.now() })) === 'seeded'
  } finally {
    await database.close()
  }
}

/** Only one version of the services runs here, so a job type that is unknown now does not become known later. */
const localDefaults = { UNKNOWN_JOBS_GRACE: '2s', UNKNOWN_JOBS_EVERY: '2s' }

/**
 * Runs every service in this process.
 *
 * @throws {ExpectedError} when the port is taken
 */
export async function startServices(surroundings: Surroundings): Promise<RunningServices> {
  const { natsUrl, databaseUrl, port } = surroundings
  const running = await runServices(allServices, {
    env: { ...localDefaults, ...process.env },
    database: booruDatabase,
    settings: { natsUrl, databaseUrl, healthPort: port },
    log: developmentLog(),
    handleSignals: false,
  }).catch((error: unknown) => {
    throw isPortTaken(error) ? new ExpectedError(`PORT ${port} is taken: set PORT to another one.`) : error
  })
  const facts = {
    ...surroundings.shown,
    port,
    seeded: surroundings.seeded,
    services: [...new Set(running.services.map((service) => service.definition.name))],
    hasNatsCli: surroundings.shown.natsUrl === natsUrl && (await findOnPath('nats')) !== undefined,
  }
  return { banner: (dataDir) => bannerLines({ ...facts, dataDir }), drain: () => running.stop() }
}

/** Readable lines on a terminal, and JSON otherwise. */
function developmentLog(): Logger {
  const options = { level: readServiceSettings(process.env).logLevel, base: {} }
  if (!process.stdout.isTTY) return pino(options)
  return pino(options, { write: (json: string) => process.stdout.write(logLine(json)) })
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}
