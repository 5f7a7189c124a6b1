import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { userDirectory } from '../process/user-directory.ts'
import { projectRoot } from '../settings.ts'

/** How many starts are remembered. */
const most = 10

const start = z.object({ dataDir: z.string(), pid: z.number() })
const content = z.object({ project: z.string(), starts: z.array(start) })

/**
 * An `npm start` of this project, remembered so that other commands find its servers. The addresses are in its data folder, and so is
 * whether it still runs.
 */
export type Start = z.output<typeof start>

/**
 * The file for the starts of a project. Each clone has a file of its own, so that it does not use the servers of another.
 *
 * @returns undefined when the user has no home
 */
export function startsFile(
  env: NodeJS.ProcessEnv = process.env,
  project: string = projectRoot,
): string | undefined {
  try {
    const folder = userDirectory('state', env)
    const name = createHash('sha256').update(project).digest('hex').slice(0, 16)
    return isAbsolute(folder) ? join(folder, `starts-${name}.json`) : undefined
  } catch {
    return undefined
  }
}

/**
 * Remembers a start of this process. A home that is not writable is no reason not to start.
 *
 * @returns whether it was written
 */
export async function rememberStart(
  dataDir: string,
  file: string | undefined = startsFile(),
): Promise<boolean> {
  if (file === undefined) return false
  const others = (await recentStarts(file)).filter((one) => one.dataDir !== dataDir)
  const starts = [{ dataDir, pid: process.pid }, ...others].slice(0, most)
  const whole = `${file}.${process.pid}.new`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(whole, `${JSON.stringify({ project: projectRoot, starts })}\n`)
    await rename(whole, file)
    return true
  } catch {
    return false
  }
}

/** The starts that are remembered, one for each data folder, the last one first. None if the file holds something else. */
export async function recentStarts(file: string | undefined = startsFile()): Promise<readonly Start[]> {
  if (file === undefined) return []
  try {
    return content.parse(JSON.parse(await readFile(file, 'utf8'))).starts
  } catch {
    return []
  }
}
