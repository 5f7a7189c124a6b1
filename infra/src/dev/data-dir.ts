import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ExpectedError } from '../expected-error.ts'
import { startMark } from '../process/process-table.ts'

/** What the process that uses a data folder writes about itself, in `<DATA_DIR>/running.json`. */
export interface Running {
  readonly pid: number
  /** Distinguishes this process from a later one with the same number. */
  readonly mark: string
  readonly natsUrl?: string
  readonly databaseUrl?: string
  readonly port?: number
}

/** A data folder that no other process uses. */
export interface DataDirLock {
  /** Publishes where the servers are, for other commands. */
  publish(where: Omit<Running, 'pid' | 'mark'>): Promise<void>
  release(): Promise<void>
}

/**
 * Takes a data folder for this process.
 *
 * @throws {ExpectedError} when another process works on it
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  await mkdir(dataDir, { recursive: true }).catch((error: unknown) => {
    throw new ExpectedError(
      `DATA_DIR ${dataDir} cannot be created: ${error instanceof Error ? error.message : error}.`,
    )
  })
  const file = join(dataDir, 'running.json')
  const me = { pid: process.pid, mark: (await startMark(process.pid)) ?? '' }
  const holder = await waitForRelease(dataDir)
  if (holder !== undefined) throw inUse(dataDir, holder.pid)
  await rm(file, { force: true })
  await writeFile(file, JSON.stringify(me), { flag: 'wx' }).catch(() => undefined)
  const winner = await readRunning(dataDir)
  if (winner?.pid !== me.pid) throw inUse(dataDir, winner?.pid)
  return {
    async publish(where) {
      await writeFile(`${file}.new`, JSON.stringify({ ...me, ...where }))
      await rename(`${file}.new`, file)
    },
    release: () => rm(file, { force: true }),
  }
}

/** The process that still holds the folder after three seconds; one that is ending releases it before. */
async function waitForRelease(dataDir: string): Promise<Running | undefined> {
  const deadline = Date.now() + 3_000
  let holder = await readRunning(dataDir)
  while (holder !== undefined && Date.now() < deadline) {
    await delay(100)
    holder = await readRunning(dataDir)
  }
  return holder
}

/** The process that works on this data folder, if one does. */
export async function readRunning(dataDir: string): Promise<Running | undefined> {
  const running = parseRunning(await readFile(join(dataDir, 'running.json'), 'utf8').catch(() => ''))
  return running !== undefined && (await startMark(running.pid)) === running.mark ? running : undefined
}

/** Reads the file; undefined when it is not what this project writes. */
export function parseRunning(text: string): Running | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRunning(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRunning(value: unknown): value is Running {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('mark' in value)) return false
  const { natsUrl, databaseUrl, port } = {
    natsUrl: undefined,
    databaseUrl: undefined,
    port: undefined,
    ...value,
  }
  return (
    typeof value.pid === 'number' &&
    typeof value.mark === 'string' &&
    (natsUrl === undefined || typeof natsUrl === 'string') &&
    (databaseUrl === undefined || typeof databaseUrl === 'string') &&
    (port === undefined || typeof port === 'number')
  )
}

function inUse(dataDir: string, pid: number | undefined): ExpectedError {
  const who = pid === undefined ? 'another process' : `process ${pid}`
  return new ExpectedError(
    `${dataDir} is in use by ${who}. Stop that one first, or set DATA_DIR to another folder.`,
  )
}
