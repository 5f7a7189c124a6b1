import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { DatabaseUnreachableError } from '@danbooru-jobs/actors'
import { freshDatabase, type TestDatabase, until } from '../../../../test/harness/index.ts'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { systemClock } from '../../src/environment/environment.ts'

const poolSize = 2

describe('connections that PostgreSQL ends in the middle of a transaction', { timeout: 20_000 }, () => {
  let server: TestDatabase
  let database: Database

  before(async () => {
    server = await freshDatabase()
    const settings = { url: server.url, poolSize, name: 'test' }
    database = await openDatabase(settings, { entities: [] }, systemClock, randomUUID)
  })

  after(async () => {
    await database?.close()
    await server?.[Symbol.asyncDispose]()
  })

  /** Fulfilled with the backend's number as soon as a transaction is open; the transaction continues when `goOn` is called. */
  function openTransaction() {
    const opened = Promise.withResolvers<number>()
    const going = Promise.withResolvers<void>()
    const ended = database.transaction(async (em) => {
      const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid')
      opened.resolve(row?.pid ?? 0)
      await going.promise
      return em.execute('select 1')
    })
    return { opened: opened.promise, goOn: going.resolve, ended }
  }

  test('do not use up the pool', async () => {
    for (let round = 1; round <= 3; round++) {
      const transactions = Array.from({ length: poolSize }, openTransaction)
      const pids = await Promise.all(transactions.map(({ opened }) => opened))
      await server.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [pids])
      for (const { goOn, ended } of transactions) {
        goOn()
        await assert.rejects(ended, DatabaseUnreachableError)
      }
    }
    const rows = await database.transaction((em) => em.execute('select 1 as one'))
    assert.deepEqual(rows, [{ one: 1 }])
  })

  test('leave the error of a query as it is', async () => {
    const broken = assert.rejects(
      database.entityManager().execute('select pg_sleep(600)'),
      /terminating connection/,
    )
    await until(async () => {
      const ended = await server.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query = 'select pg_sleep(600)'`,
      )
      return ended.length > 0
    })
    await broken
    await until(() => database.isReachable(), { what: 'a connection' })
  })
})
