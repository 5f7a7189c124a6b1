import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  databaseAddress,
  type Environment,
  natsAddress,
  readSettings,
  wholeNumber,
} from '@danbooru-jobs/actors/program'
import { z } from 'zod'

/** The environment variables that `npm start` and the command line read; services have their own. */
export const machineSettings = z.object({
  NATS_URL: natsAddress()
    .optional()
    .describe('NATS servers that already run, separated by commas; unset to start one'),
  DATABASE_URL: databaseAddress()
    .optional()
    .describe('a PostgreSQL database that already runs; unset to start one'),
  PORT: wholeNumber(1, 65_535)
    .default(3_000)
    .describe('the port of /healthz, /readyz and /metrics of npm start'),
  DATA_DIR: z
    .string()
    .optional()
    .describe('the folder that everything is kept in; unset for .data in the folder of the project'),
  NATS_SERVER: z
    .string()
    .optional()
    .describe('the path of the nats-server program to start; unset to find or fetch one'),
})

/** {@link machineSettings}, as `npm start` and the command line use them. */
export interface MachineSettings {
  /** Servers that already run, separated by commas. Undefined: one is started. */
  readonly natsUrl: string | undefined
  /** A database that already runs. Undefined: one is started. */
  readonly databaseUrl: string | undefined
  readonly port: number
  /** An absolute path. */
  readonly dataDir: string
  /** Whether `DATA_DIR` is set, so that {@link dataDir} is not the default. */
  readonly isDataDirSet: boolean
}

/** The folder that holds `package.json`. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

/** The folder of all data without `DATA_DIR`. */
export const defaultDataDir = resolve(projectRoot, '.data')

/**
 * Reads the settings of this machine.
 *
 * @param cwd the folder that a relative `DATA_DIR` starts from.
 * @throws SettingError with one line for each value that is wrong.
 */
export function readMachineSettings(
  env: Environment = process.env,
  cwd: string = process.cwd(),
): MachineSettings {
  const { NATS_URL, DATABASE_URL, PORT, DATA_DIR } = readSettings(machineSettings, env)
  return {
    natsUrl: NATS_URL,
    databaseUrl: DATABASE_URL,
    port: PORT,
    dataDir: DATA_DIR === undefined ? defaultDataDir : resolve(cwd, DATA_DIR),
    isDataDirSet: DATA_DIR !== undefined,
  }
}
