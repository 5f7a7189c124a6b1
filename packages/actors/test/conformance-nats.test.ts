import { after, before } from 'node:test'
import { startNats, type TestNats } from '../../../test/harness/index.ts'
import { natsBackend } from './conformance/nats-backend.ts'
import { conformance } from './conformance/suite.ts'

let nats: TestNats
before(async () => {
  nats = await startNats()
})
after(() => nats[Symbol.asyncDispose]())

conformance(
  'on NATS',
  natsBackend(() => nats),
)
