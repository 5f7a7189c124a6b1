import { after, before } from 'node:test'
import { freshDatabase, type TestDatabase } from '../../../test/harness/index.ts'
import { memoryBackend } from './conformance/memory-backend.ts'
import { conformance } from './conformance/suite.ts'

let database: TestDatabase
before(async () => {
  database = await freshDatabase()
})
after(() => database[Symbol.asyncDispose]())

conformance(
  'in memory',
  memoryBackend(() => database.url),
)
