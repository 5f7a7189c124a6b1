import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandLine } from '../../infra/src/process/process-table.ts'

const prefix = 'danbooru-jobs-test-'
/** Where Linux keeps files in memory. */
const inMemory = '/dev/shm'
/** Bytes: several times what a run writes. */
const enough = 6 * 1024 ** 3

/**
 * A new folder for everything that a run of the tests leaves, and its servers' data. In memory where there is plenty: a thousand
 * files for each test's database cost a disk ten times the processor time, and nothing of it outlives the run.
 */
export async function folderOfRun(): Promise<string> {
  const parents = [...new Set([inMemory, tmpdir()])]
  for (const parent of parents) await removeAbandoned(parent)
  const parent = (await hasPlenty(inMemory)) ? inMemory : tmpdir()
  return mkdtemp(join(parent, `${prefix}${process.pid}-`))
}

async function hasPlenty(folder: string): Promise<boolean> {
  const free = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  )
  return Math.min(free, process.availableMemory()) >= enough
}

/** Removes the folders of runs that were killed before they could do it. */
async function removeAbandoned(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => [])
  for (const name of names.filter((entry) => entry.startsWith(prefix))) {
    const pid = Number.parseInt(name.slice(prefix.length), 10)
    if ((await commandLine(pid)) !== undefined) continue
    // A folder of another user's run cannot be removed, and need not be.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)
  }
}
