import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findNatsServer, startPostgres } from '../../infra/src/index.ts'
import { fastSettings } from '../harness/database.ts'
import type { TestEnvironment } from '../harness/environment.ts'
import { prepareTemplate } from '../harness/template.ts'
import { folderOfRun } from './folder.ts'

export interface TestServers extends AsyncDisposable {
  readonly environment: TestEnvironment
}

/** What all test files of a run share: one PostgreSQL with the template database, and the path of a nats-server. */
export async function startTestServers(): Promise<TestServers> {
  const onFetch = (source: string) => console.log(`Looking for a nats-server: ${source}`)
  const binary = await findNatsServer({ onFetch })
  const folder = await folderOfRun()
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
