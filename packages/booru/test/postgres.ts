import { randomUUID } from 'node:crypto'
import { MikroORM } from '@mikro-orm/postgresql'
import { booruDatabase } from '../src/database.ts'

/** A database of its own, dropped when disposed of. */
export interface FreshDatabase extends AsyncDisposable {
  url: string
}

/** Creates an empty database on the server that the test runner started. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const server = process.env.TEST_DATABASE_URL
  if (server === undefined)
    throw new Error(
      'TEST_DATABASE_URL must name a PostgreSQL server to test against: run the tests with npm test',
    )

  const name = `booru_test_${randomUUID().replaceAll('-', '')}`
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}

async function onServer(url: string, sql: string): Promise<void> {
  await using orm = await connect(url)
  await orm.em.execute(sql, [], 'run')
}

/** MikroORM on that database, closed when disposed of. */
export async function connect(url: string): Promise<MikroORM & AsyncDisposable> {
  const orm = await MikroORM.init({ ...booruDatabase, clientUrl: url, pool: { min: 0, max: 2 } })
  return Object.assign(orm, { [Symbol.asyncDispose]: () => orm.close() })
}
