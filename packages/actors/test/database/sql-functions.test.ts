import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, beforeEach, test } from 'node:test'
import { type Database, migrateJobsSchema, openDatabase, systemClock } from '@danbooru-jobs/actors/program'
import { freshDatabase, type TestDatabase } from '../../../../test/harness/index.ts'

const migrations = new URL('../../migrations/', import.meta.url)
const folder = new URL('functions/', migrations)
const sqlFiles = (url: URL) => readdirSync(url).filter((name) => name.endsWith('.sql'))
const names = sqlFiles(folder).map((name) => name.slice(0, -'.sql'.length))

let testDatabase: TestDatabase
let database: Database

before(async () => {
  testDatabase = await freshDatabase()
  database = await openDatabase(
    { url: testDatabase.url, poolSize: 4, name: 'test' },
    { entities: [] },
    systemClock,
    randomUUID,
  )
})
after(async () => {
  await database.close()
  await testDatabase[Symbol.asyncDispose]()
})
beforeEach(() => migrate())

const migrate = () => migrateJobsSchema(database.entityManager())
/** Every function of the schema with its definition. */
const stored = async () =>
  new Map(
    (
      await testDatabase.query<{ signature: string; definition: string }>(
        `select oid || ' ' || oid::regprocedure as signature, pg_get_functiondef(oid) as definition
           from pg_proc where pronamespace = 'jobs'::regnamespace order by proname`,
      )
    ).map(({ signature, definition }) => [signature, definition]),
  )

test('the functions in the database are those of the files, each name once', async () => {
  const rows = await testDatabase.query<{ proname: string }>(
    "select proname from pg_proc where pronamespace = 'jobs'::regnamespace order by proname",
  )
  assert.ok(names.length > 0)
  assert.deepEqual(
    rows.map(({ proname }) => proname),
    names.toSorted(),
  )
})

test('migrating again changes nothing', async () => {
  const first = await stored()
  assert.deepEqual(await migrate(), { migrations: [], functions: [] })
  assert.deepEqual(await stored(), first)
})

test('a function that was changed is restored, and the trigger that calls it still does', async () => {
  const first = await stored()
  await testDatabase.query(`create or replace function jobs.notify_outbox() returns trigger language plpgsql as
    $$ begin raise exception 'changed'; end $$`)
  await assert.rejects(testDatabase.query("insert into jobs.outbox (subject) values ('a')"), /changed/)

  assert.deepEqual(await migrate(), { migrations: [], functions: ['notify_outbox'] })
  assert.deepEqual(await stored(), first)
  await testDatabase.query("insert into jobs.outbox (subject) values ('a')")
})

const signatures: readonly (readonly [what: string, sql: string])[] = [
  [
    'another argument',
    'create function jobs.limits_lock(p_limits jsonb, p_now timestamptz default now()) returns void',
  ],
  ['another result', 'create function jobs.limits_lock(p_limits jsonb) returns integer'],
  ['another name of an argument', 'create function jobs.limits_lock(p_buckets jsonb) returns void'],
]
for (const [what, sql] of signatures) {
  test(`a function that had ${what} is replaced by that of the file`, async () => {
    await testDatabase.query('drop function jobs.limits_lock(jsonb)')
    await testDatabase.query(`${sql} language plpgsql as $$ begin raise exception 'old'; end $$`)

    assert.deepEqual(await migrate(), { migrations: [], functions: ['limits_lock'] })
    await testDatabase.query(`select jobs.limits_leave(null, '[{"name": "a", "key": "b"}]', null, now())`)
    assert.equal([...(await stored()).keys()].filter((name) => name.includes('limits_lock')).length, 1)
  })
}

test('a function that others have added to the schema is left alone', async () => {
  await testDatabase.query("create function jobs.mine() returns text language sql as $$ select 'mine' $$")
  assert.deepEqual((await migrate()).functions, [])
  assert.deepEqual(await testDatabase.query('select jobs.mine()'), [{ mine: 'mine' }])
  await testDatabase.query('drop function jobs.mine()')
})

test('migrations that run at the same time, beside calls of the functions, all succeed', async () => {
  await testDatabase.query('drop schema jobs cascade')
  const both = await Promise.all([migrate(), migrate(), migrate()])
  assert.equal(both.filter(({ migrations }) => migrations.length > 0).length, 1)
  const call = () =>
    testDatabase.query(`select jobs.limits_leave(null, '[{"name": "a", "key": "b"}]', null, now())`)
  await Promise.all([migrate(), call(), migrate(), call(), migrate(), call()])
})

test('only released migrations create functions', () => {
  const creating = sqlFiles(migrations).filter((name) =>
    /create\s+(or\s+replace\s+)?function/i.test(readFileSync(new URL(name, migrations), 'utf8')),
  )
  assert.deepEqual(creating.sort(), ['001-outbox.sql', '005-limits.sql', '006-batches.sql'])
})
