import { after, before } from 'node:test'
import { freshDatabase, startNats, type TestDatabase, type TestNats } from '../../../test/harness/index.ts'
import { natsBackend } from './conformance/nats-backend.ts'
import { conformance } from './conformance/suite.ts'

let nats: TestNats
let database: TestDatabase
before(async () => {
  nats = await startNats()
  database = await freshDatabase()
})
after(async () => {
  await nats[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

conformance(
  'on NATS',
  natsBackend(
    () => nats,
    () => database.url,
  ),
)
