import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { EntityManager, EntityMetadata, EntityProperty, MikroORM } from '@mikro-orm/postgresql'
import { booruEntities, Tag } from '../src/entities/index.ts'
import { createBooruSchema } from '../src/schema/create.ts'
import { connect, type FreshDatabase, freshDatabase } from './postgres.ts'
import facts from './schema-facts.json' with { type: 'json' }

/** A value as the program sees it, and as PostgreSQL's `to_jsonb` shows it. */
const samples: Record<string, { value: unknown; json: unknown }> = {
  integer: { value: 7, json: 7 },
  bigint: { value: 4_294_967_296, json: 4_294_967_296 },
  boolean: { value: true, json: true },
  text: { value: "it's 図", json: "it's 図" },
  'character varying': { value: '{"a",\\}', json: '{"a",\\}' },
  'character varying(1)': { value: 's', json: 's' },
  'character(1)': { value: 'e', json: 'e' },
  'double precision': { value: -1.5, json: -1.5 },
  'timestamp without time zone': {
    value: new Date('2022-03-13T02:30:15.123Z'),
    json: '2022-03-13T02:30:15.123',
  },
  'timestamp(6) without time zone': {
    value: new Date('2022-11-06T01:30:00.007Z'),
    json: '2022-11-06T01:30:00.007',
  },
  inet: { value: '10.1.0.0/16', json: '10.1.0.0/16' },
  interval: { value: 'P1Y2M3DT4H5M6S', json: '1 year 2 mons 3 days 04:05:06' },
  jsonb: { value: { job_class: 'PruneJob', arguments: [] }, json: { job_class: 'PruneJob', arguments: [] } },
  uuid: {
    value: '3f2c1d84-9a7b-4a43-8f5e-0123456789ab',
    json: '3f2c1d84-9a7b-4a43-8f5e-0123456789ab',
  },
  'integer[]': { value: [3, 1, 2], json: [3, 1, 2] },
  'text[]': { value: ['a b', 'c,"d"'], json: ['a b', 'c,"d"'] },
  'character varying[]': { value: ['posts:index'], json: ['posts:index'] },
  'inet[]': { value: ['127.0.0.1', '::1'], json: ['127.0.0.1', '::1'] },
}

const flags = { value: 1_089_636_452n, json: 1_089_636_452 }
const shortNames: Record<string, string> = {
  int: 'integer',
  serial: 'integer',
  bigserial: 'bigint',
  timestamp: 'timestamp without time zone',
  'timestamp(6)': 'timestamp(6) without time zone',
}

const tables: Record<string, { columns: Record<string, (string | null)[]> }> = facts.tables

/** The columns of an entity's table, with the property each is mapped to. */
function mapping(meta: EntityMetadata): { column: string; type: string; property: EntityProperty }[] {
  return meta.props.map((property) => {
    const column = property.fieldNames[0] ?? ''
    const fact = tables[meta.tableName]?.columns[column]
    assert.ok(fact?.[0], `${meta.tableName} has no column ${column}`)
    return { column, type: fact[0], property }
  })
}

const sampleOf = ({ column, type }: { column: string; type: string }) => {
  const sample = column.startsWith('bit_') ? flags : samples[type]
  assert.ok(sample, `no sample for ${type}`)
  return sample
}

for (const [processZone, sessionZone, intervalStyle] of [
  ['UTC', 'UTC', 'postgres'],
  ['America/New_York', 'Asia/Tokyo', 'iso_8601'],
]) {
  describe(`with the process in ${processZone} and the session in ${sessionZone}, an entity of`, () => {
    const zoneBefore = process.env.TZ
    let database: FreshDatabase
    let orm: MikroORM & AsyncDisposable

    before(async () => {
      process.env.TZ = processZone
      database = await freshDatabase()
      await using first = await connect(database.url)
      await createBooruSchema(first.em)
      const name = new URL(database.url).pathname.slice(1)
      await first.em.execute(`ALTER DATABASE ${name} SET timezone TO '${sessionZone}'`)
      await first.em.execute(`ALTER DATABASE ${name} SET intervalstyle TO '${intervalStyle}'`)
      orm = await connect(database.url)
    })

    after(async () => {
      await orm?.close()
      await database?.[Symbol.asyncDispose]()
      if (zoneBefore === undefined) delete process.env.TZ
      else process.env.TZ = zoneBefore
    })

    for (const entity of booruEntities) {
      test(`${entity.meta.tableName} is written and read without loss`, async () => {
        const meta = orm.getMetadata().getByClassName(entity.meta.className)
        await undone(orm.em, async (em) => {
          await em.execute(`SET LOCAL intervalstyle TO '${intervalStyle}'`)
          await assertWritten(em, meta)
        })
        await undone(orm.em, (em) => assertRead(em, meta))
      })
    }
  })
}

/** Nearly all foreign keys are checked at the commit that never comes, so rows need no rows to point to. */
async function undone(em: EntityManager, work: (em: EntityManager) => Promise<void>): Promise<void> {
  const fork = em.fork()
  await fork.begin()
  try {
    await work(fork)
  } finally {
    await fork.rollback()
  }
}

async function assertWritten(em: EntityManager, meta: EntityMetadata): Promise<void> {
  const columns = mapping(meta)
  const values = Object.fromEntries(columns.map((c) => [c.property.name, sampleOf(c).value]))
  em.persist(em.create(meta.class, values))
  await em.flush()

  await em.execute(`SET LOCAL intervalstyle TO 'postgres'`)
  const [row] = await em.execute<{ row: unknown }[]>(`SELECT to_jsonb(t) AS row FROM ${meta.tableName} t`)
  assert.deepEqual(row?.row, Object.fromEntries(columns.map((c) => [c.column, sampleOf(c).json])))
}

async function assertRead(em: EntityManager, meta: EntityMetadata): Promise<void> {
  const columns = mapping(meta)
  const row = Object.fromEntries(columns.map((c) => [c.column, sampleOf(c).json]))
  await em.execute(
    `INSERT INTO ${meta.tableName} SELECT * FROM jsonb_populate_record(NULL::${meta.tableName}, ?::jsonb)`,
    [JSON.stringify(row)],
  )
  const [entity]: Record<string, unknown>[] = await em.find(meta.class, {})
  for (const column of columns) {
    assert.deepEqual(entity?.[column.property.name], sampleOf(column).value, column.property.name)
  }
}

describe('the entities', () => {
  let database: FreshDatabase
  let orm: MikroORM & AsyncDisposable

  before(async () => {
    database = await freshDatabase()
    orm = await connect(database.url)
    await createBooruSchema(orm.em)
  })

  after(async () => {
    await orm?.close()
    await database?.[Symbol.asyncDispose]()
  })

  for (const entity of booruEntities) {
    test(`map every column of ${entity.meta.tableName}, with its type, nullability and default`, () => {
      const meta = orm.getMetadata().getByClassName(entity.meta.className)
      const mapped = mapping(meta).map(({ column, property }) => {
        const type = property.columnTypes[0] ?? ''
        return [
          column,
          shortNames[type] ?? type,
          property.nullable ? 'null' : 'not null',
          hasDefault(property),
        ]
      })
      const expected = Object.entries(tables[meta.tableName]?.columns ?? {}).map(
        ([column, [type, nullability, value]]) => [column, type, nullability, value !== null],
      )
      if (meta.tableName === 'users') {
        const known = mapped.map(([column, type, nullability]) => [
          column,
          type,
          nullability,
          column === 'id',
        ])
        assert.deepEqual(known, expected)
      } else {
        assert.deepEqual(mapped, expected)
      }
    })
  }

  test('start with the defaults of the database, and share none of them', () => {
    const em = orm.em.fork()
    const at = { createdAt: new Date(0), updatedAt: new Date(0) }
    const first = em.create(Tag, { ...at, name: 'first' })
    const second = em.create(Tag, { ...at, name: 'second' })
    first.words.push('first')
    assert.deepEqual(
      [second.postCount, second.category, second.isDeprecated, second.words],
      [0, 0, false, []],
    )
  })

  test('never make MikroORM change the schema', async () => {
    assert.equal(await orm.schema.getCreateSchemaSQL({ wrap: false }), '')
    assert.equal(await orm.schema.getUpdateSchemaSQL({ wrap: false, safe: false }), '')
  })
})

function hasDefault({ autoincrement, default: value, defaultRaw, onCreate }: EntityProperty): boolean {
  return autoincrement === true || [value, defaultRaw, onCreate].some((source) => source !== undefined)
}
