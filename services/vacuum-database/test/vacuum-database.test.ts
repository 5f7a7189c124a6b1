import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase, vacuumTargets } from '@danbooru-jobs/booru'
import pg from 'pg'
import { pino } from 'pino'
import { fixtures, type JobBed, makeJobBed } from '../../../test/harness/index.ts'
import { vacuumDatabaseWorker } from '../src/vacuum-database.ts'

interface Result {
  readonly vacuumed: number
  readonly skipped: string[]
  readonly notAllowed: string[]
  readonly tables: { table: string; did: string; deadRows: number[]; bytes: number[] }[]
}

let bed: JobBed
before(async () => {
  bed = await makeJobBed(vacuumDatabaseWorker)
})
after(() => bed[Symbol.asyncDispose]())

const of = (result: Result, table: string) => result.tables.find((report) => report.table === table)

describe('vacuum-database', () => {
  test('removes dead rows, analyzes, and reports for each table what it did', async () => {
    const make = fixtures({ query: bed.database.query, now: new Date() })
    const keys = Array.from({ length: 1_000 }, (_, n) => ({ key: String(n + 1) }))
    await make.insertAll('rate_limits', keys, { action: 'test', points: 1 })
    await bed.database.query('DELETE FROM rate_limits WHERE key::int > 100')
    const result = (await bed.resultOf()) as Result
    const report = of(result, 'public.rate_limits')
    assert.equal(report?.did, 'vacuumed')
    assert.equal(report?.deadRows[1], 0)
    assert.ok(of(result, 'public.posts') && of(result, 'jobs.outbox') && of(result, 'pg_catalog.pg_class'))
    const [estimate] = await bed.database.query<{ reltuples: number }>(
      "SELECT reltuples FROM pg_class WHERE oid = 'rate_limits'::regclass",
    )
    assert.equal(estimate?.reltuples, 100)
    assert.deepEqual(result.notAllowed, [])
    assert.deepEqual(((await bed.resultOf()) as Result).skipped, [])
  })

  test('skips a table that is locked, and reports it', async () => {
    const other = new pg.Client(bed.database.url)
    await other.connect()
    await other.query('BEGIN; LOCK TABLE bans IN SHARE UPDATE EXCLUSIVE MODE')
    const result = (await bed.resultOf()) as Result
    await other.query('ROLLBACK')
    await other.end()
    assert.deepEqual(result.skipped, ['public.bans'])
  })

  test('needs no superuser: it vacuums what the account owns and names the rest', async () => {
    const role = `vacuumer_${bed.database.name}`
    await bed.database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`)
    await bed.database.query(
      `ALTER TABLE rate_limits OWNER TO ${role}; GRANT USAGE ON SCHEMA public TO ${role}`,
    )
    const url = new URL(bed.database.url)
    url.username = role
    url.password = 'x'
    const settings = { natsUrl: bed.nats.url, databaseUrl: url.href, shutdownGrace: 1_000 }
    const log = pino({ level: 'silent' })
    const services = await runServices([], { database: booruDatabase, settings, log, handleSignals: false })
    const targets = await vacuumTargets(services.runtime.database().entityManager()).finally(() =>
      services.stop(),
    )
    await bed.database.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`)
    assert.deepEqual(
      targets.filter(({ allowed }) => allowed).map(({ table }) => table),
      ['public.rate_limits'],
    )
    assert.ok(targets.some(({ table, allowed }) => table === 'pg_catalog.pg_authid' && !allowed))
  })
})
