import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { booruSchemaPresent, createBooruSchema } from '../src/schema/create.ts'
import { readCatalog, readDetails } from './catalog.ts'
import { connect, type FreshDatabase, freshDatabase } from './postgres.ts'
import facts from './schema-facts.json' with { type: 'json' }

describe(`the schema of Danbooru at commit ${facts.commit.slice(0, 10)}`, () => {
  let database: FreshDatabase
  let orm: Awaited<ReturnType<typeof connect>>

  before(async () => {
    database = await freshDatabase()
    orm = await connect(database.url)
    assert.equal(await booruSchemaPresent(orm.em), false)
    assert.equal(await createBooruSchema(orm.em), 'created')
    assert.equal(await booruSchemaPresent(orm.em), true)
  })

  after(async () => {
    await orm?.close()
    await database?.[Symbol.asyncDispose]()
  })

  test('has every table with its columns, keys, indexes and sequence, and no other', async () => {
    const catalog = await readCatalog(orm.em)
    assert.deepEqual(Object.keys(catalog).sort(), Object.keys(facts.tables).sort())
    for (const [name, table] of Object.entries(facts.tables)) {
      assert.deepEqual(catalog[name], { unlogged: false, options: null, ...table }, name)
      assert.deepEqual(Object.keys(catalog[name]?.columns ?? {}), Object.keys(table.columns), name)
    }
  })

  test('has as much of everything as Danbooru', async () => {
    const [counts] = await orm.em.execute(`
      SELECT
        (SELECT count(*)::int FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r') AS "tables",
        (SELECT count(*)::int FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
          WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0) AS "columns",
        count(*) FILTER (WHERE indisprimary)::int AS "primaryKeys",
        count(*) FILTER (WHERE NOT indisprimary)::int AS "indexes",
        count(*) FILTER (WHERE indisunique AND NOT indisprimary)::int AS "uniqueIndexes",
        (SELECT count(*)::int FROM pg_constraint WHERE contype = 'f') AS "foreignKeys",
        (SELECT count(*)::int FROM pg_constraint WHERE contype = 'f' AND condeferrable AND condeferred
          AND confdeltype = 'a' AND confupdtype = 'a' AND confmatchtype = 's' AND convalidated) AS "deferredForeignKeys",
        (SELECT count(*)::int FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S') AS "sequences",
        (SELECT count(*)::int FROM pg_views WHERE schemaname = 'public' AND viewname NOT LIKE 'pg_%') AS "views",
        (SELECT count(*)::int FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS
          (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')) AS "functions",
        (SELECT count(*)::int FROM pg_operator o WHERE oprnamespace = 'public'::regnamespace AND NOT EXISTS
          (SELECT FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')) AS "operators",
        (SELECT count(*)::int FROM pg_extension WHERE extname <> 'plpgsql') AS "extensions",
        (SELECT count(*)::int FROM schema_migrations) AS "migrationVersions"
      FROM pg_index JOIN pg_class i ON i.oid = indexrelid
      WHERE relnamespace = 'public'::regnamespace`)
    assert.deepEqual({ ...counts }, facts.totals)
  })

  test('has nothing Danbooru does not have: triggers, checks, enum types, other constraints', async () => {
    const extras = await orm.em.execute(`
      SELECT tgname AS name FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL SELECT conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype NOT IN ('p', 'f', 'n')
      UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')`)
    assert.deepEqual(extras, [])
  })

  test('has the extensions, views, function, operator and the statistics target', async () => {
    const details = await readDetails(orm.em)
    assert.deepEqual(details.extensions, facts.extensions)
    assert.deepEqual(details.views, facts.views)
    assert.deepEqual(details.function, {
      arguments: 'text, text',
      returns: 'boolean',
      language: 'sql',
      volatility: 'i',
      parallel: 's',
      strict: false,
    })
    assert.deepEqual(details.operator, {
      signature: '~<<(text,text)',
      result: 'boolean',
      function: 'reverse_textregexeq(text,text)',
      declaresMore: false,
    })
    assert.equal(details.statisticsTarget, 3000)
  })

  test('matches a pattern against the elements of an array', async () => {
    const [row] = await orm.em.execute(
      `SELECT '(?i)^A' ~<< ANY (ARRAY['b', 'abc']) AS some, '^A' ~<< ANY (ARRAY['b', 'abc']) AS none`,
    )
    assert.deepEqual({ ...row }, { some: true, none: false })
  })

  test('lists every migration, so that Rails has none left to run', async () => {
    const versions = await orm.em.execute<{ version: string }[]>(
      'SELECT version FROM schema_migrations ORDER BY 1',
    )
    assert.deepEqual(
      versions.map((row) => row.version),
      facts.migrationVersions,
    )
    const metadata = await orm.em.execute('SELECT key, value FROM ar_internal_metadata')
    assert.deepEqual(
      metadata.map((row) => ({ ...row })),
      [{ key: 'environment', value: 'production' }],
    )
  })

  test('leaves a database that is already there as it is', async () => {
    await orm.em.execute('ALTER TABLE users ADD COLUMN site_specific text')
    assert.equal(await createBooruSchema(orm.em), 'present')
    const catalog = await readCatalog(orm.em)
    assert.deepEqual(catalog.users?.columns.site_specific, ['text', 'null', null])
  })
})

test('of two processes that create the schema at once, one does', async () => {
  await using database = await freshDatabase()
  await using one = await connect(database.url)
  await using other = await connect(database.url)
  const outcomes = await Promise.all([createBooruSchema(one.em), createBooruSchema(other.em)])
  assert.deepEqual(outcomes.sort(), ['created', 'present'])
})

test('a schema that cannot be created completely is not created at all', async () => {
  await using database = await freshDatabase()
  await using orm = await connect(database.url)
  await orm.em.execute('CREATE TABLE wiki_pages (id integer)')
  await assert.rejects(createBooruSchema(orm.em), /wiki_pages/)
  assert.equal(await booruSchemaPresent(orm.em), false)
  const extensions = await orm.em.execute(`SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'`)
  assert.deepEqual(extensions, [])
})
