import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNatsServer, startPostgres } from '../../infra/src/index.ts'
import { commandLine } from '../../infra/src/process/process-table.ts'
import { fastSettings } from '../harness/database.ts'
import type { TestEnvironment } from '../harness/environment.ts'
import { prepareTemplate } from '../harness/template.ts'

export interface TestServers extends AsyncDisposable {
  readonly environment: TestEnvironment
}

const prefix = 'danbooru-jobs-test-'

/** What all test files of a run share: one PostgreSQL with the template database, and the path of a nats-server. */
export async function startTestServers(): Promise<TestServers> {
  const onFetch = (source: string) => console.log(`Looking for a nats-server: ${source}`)
  const binary = await findNatsServer({ onFetch })
  await removeAbandonedFolders()
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  const dataDir = join(folder, 'postgres')
  const postgres = await startPostgres({ dataDir, database: 'template', settings: fastSettings })
  const close = async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  await prepareTemplate(postgres.url).catch(async (error) => {
    await close()
    throw error
  })
  return {
    environment: {
      TEST_DATABASE_URL: postgres.url,
      TEST_NATS_SERVER: binary.path,
      TEST_DIRECTORY: folder,
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
    },
    [Symbol.asyncDispose]: close,
  }
}

/** Removes the folders of runs that were killed before they could do it. */
async function removeAbandonedFolders(): Promise<void> {
  for (const name of (await readdir(tmpdir())).filter((entry) => entry.startsWith(prefix))) {
    const pid = Number.parseInt(name.slice(prefix.length), 10)
    if ((await commandLine(pid)) !== undefined) continue
    // A folder of another user's run cannot be removed, and need not be.
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined)
  }
}
