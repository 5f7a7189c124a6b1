import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  DatabaseUnreachableError,
  outboxRelay,
  type RunningServices,
  runServices,
} from '@danbooru-jobs/actors'
import { systemClock } from '@danbooru-jobs/actors/program'
import { pino } from 'pino'
import {
  freshDatabase,
  startDatabaseServer,
  startNats,
  type TestDatabase,
  type TestNats,
  until,
} from '../../../../test/harness/index.ts'
import { openSqlDatabase } from '../../src/database/sql-database.ts'

describe('a database for statements only', () => {
  let database: TestDatabase
  let nats: TestNats
  let services: RunningServices
  before(async () => {
    database = await freshDatabase()
    nats = await startNats()
    services = await runServices([outboxRelay], {
      settings: { natsUrl: nats.url, databaseUrl: database.url },
      log: pino({ level: 'silent' }),
      handleSignals: false,
    })
  })
  after(async () => {
    await services.stop()
    await nats[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
  })

  const rows = async () => (await database.query('select id from jobs.outbox')).length

  test('relays the outbox, without MikroORM', async () => {
    assert.throws(
      () => services.runtime.database(),
      /this service was started without a database: export its MikroORM options/,
    )
    await services.runtime.sql().inTransaction(async (run, outbox) => {
      await run("insert into jobs.processed (job_id, step, processed_at) values (?, 'written', ?)", [
        'plain',
        new Date(),
      ])
      outbox.send({ subject: 'events.user-deactivated', headers: {}, body: '{}' })
    })
    assert.equal((await database.query("select * from jobs.processed where job_id = 'plain'")).length, 1)
    await until(async () => (await services.runtime.jsm.streams.info('EVENTS')).state.messages === 1)
    await until(async () => (await rows()) === 0)
  })

  test('rolls back what a failed transaction wrote, and publishes none of its messages', async () => {
    const failed = services.runtime.sql().inTransaction(async (run, outbox) => {
      await run("insert into jobs.processed (job_id, step, processed_at) values ('undone', 'x', now())")
      outbox.send({ subject: 'events.user-deactivated', headers: {}, body: '{}' })
      throw new TypeError('changed my mind')
    })
    await assert.rejects(failed, TypeError)
    assert.equal((await database.query("select * from jobs.processed where job_id = 'undone'")).length, 0)
    assert.equal(await rows(), 0)
  })

  test('outlives the loss of its connections, also in the middle of a transaction', async () => {
    const sql = services.runtime.sql()
    // More often than there are places in the pool: a lost connection gives its place back.
    for (let time = 0; time < 12; time++) {
      const broken = sql.inTransaction(async (run) => {
        const [own] = await run<{ pid: number }>('select pg_backend_pid() as pid')
        await database.query(`select pg_terminate_backend(${Number(own?.pid)})`)
        await run('select 1')
      })
      await assert.rejects(broken, DatabaseUnreachableError)
    }
    assert.equal(await sql.isReachable(), true)
  })

  test('reports that the server is gone', async () => {
    const server = await startDatabaseServer()
    const settings = { url: server.url, poolSize: 2, name: 'plain' }
    const plain = await openSqlDatabase(settings, systemClock, randomUUID)
    await server[Symbol.asyncDispose]()
    assert.equal(await plain.isReachable(), false)
    await plain.close()
    await assert.rejects(
      openSqlDatabase(settings, systemClock, randomUUID),
      /^Error: cannot reach PostgreSQL at/,
    )
  })
})
