import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openDatabase, systemClock } from '@danbooru-jobs/actors/program'
import { booruDatabase, seedBooru } from '@danbooru-jobs/booru'
import { connect } from '@nats-io/transport-node'
import {
  freshDatabase,
  type SpawnedService,
  spawnService,
  startNats,
  type TestDatabase,
  type TestNats,
  until,
} from '../../../test/harness/index.ts'

/** What the seeded community has for each service, once it is done. */
const work: Record<string, string> = {
  'prune-posts': `SELECT count(*) = 4 AS done FROM posts WHERE is_deleted`,
  'prune-bulk-update-requests': `SELECT count(*) = 1 AS done FROM bulk_update_requests WHERE status = 'rejected'`,
  'retire-tag-relationships': `SELECT count(*) = 2 AS done FROM tag_aliases WHERE status = 'retired'`,
  'prune-approvers': `SELECT count(*) = 1 AS done FROM user_feedback WHERE body = 'Lost approval privileges'`,
}

let nats: TestNats
let database: TestDatabase
const services: SpawnedService[] = []

before(async () => {
  nats = await startNats()
  database = await freshDatabase()
  const settings = { url: database.url, poolSize: 1, name: 'test' }
  const opened = await openDatabase(settings, booruDatabase, systemClock, () => '')
  await seedBooru(opened.entityManager(), { now: systemClock.now() })
  await opened.close()
})
after(async () => {
  for (const service of services) await service.kill9()
  await nats[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

describe('a service in a process of its own', () => {
  for (const [name, done] of Object.entries(work)) {
    test(`${name} does a bare job from the queue`, async () => {
      const env = { NATS_URL: nats.url, DATABASE_URL: database.url }
      const service = spawnService(`services/${name}/src/main.ts`, env)
      services.push(service)
      await service.waitForLog(({ msg }) => msg === 'services started')
      const connection = await connect({ servers: nats.url })
      connection.publish(`jobs.${name}`, '{}')
      await connection.drain()
      await until(async () => (await database.query<{ done: boolean }>(done))[0]?.done === true, {
        what: done,
      })
      assert.equal((await service.terminate()).code, 0)
    })
  }
})
