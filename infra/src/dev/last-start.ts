import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { userDirectory } from '../process/user-directory.ts'
import { projectRoot } from '../settings.ts'

const lastStart = z.object({ project: z.string(), dataDir: z.string(), pid: z.number() })

/**
 * The last `npm start` of a project, so that other commands find its servers. The addresses are in its data folder, and so is whether it
 * still runs.
 */
export type LastStart = z.output<typeof lastStart>

/**
 * The file for the last start of a project: a clone does not use the servers of another clone.
 *
 * @returns undefined when the user has no home
 */
export function lastStartFile(
  env: NodeJS.ProcessEnv = process.env,
  project: string = projectRoot,
): string | undefined {
  try {
    const folder = userDirectory('state', env)
    const name = createHash('sha256').update(project).digest('hex').slice(0, 16)
    return isAbsolute(folder) ? join(folder, `last-start-${name}.json`) : undefined
  } catch {
    return undefined
  }
}

/**
 * Remembers a start. A home that is not writable is no reason not to start.
 *
 * @returns whether it was written
 */
export async function rememberStart(
  dataDir: string,
  file: string | undefined = lastStartFile(),
): Promise<boolean> {
  if (file === undefined) return false
  const start: LastStart = { project: projectRoot, dataDir, pid: process.pid }
  const whole = `${file}.${process.pid}.new`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(whole, `${JSON.stringify(start)}\n`)
    await rename(whole, file)
    return true
  } catch {
    return false
  }
}

/** The last start; undefined when there was none, or the file holds something else. */
export async function readLastStart(
  file: string | undefined = lastStartFile(),
): Promise<LastStart | undefined> {
  if (file === undefined) return undefined
  try {
    return lastStart.safeParse(JSON.parse(await readFile(file, 'utf8'))).data
  } catch {
    return undefined
  }
}
