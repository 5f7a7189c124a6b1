import type { EntityManager } from '@mikro-orm/postgresql'

/** Runs one SQL statement, its values marked by `?` in order, and gives its rows back. */
export type RunSql = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>

/** What a client of `pg` has that this needs. */
interface SqlClient {
  query(sql: string, values: unknown[]): Promise<{ rows: unknown[] }>
}

/** Statements in the transaction of an entity manager, or outside of one if it has none. */
export function sqlOfEntityManager(em: EntityManager): RunSql {
  return async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
    (await em.execute(sql, [...values])) as unknown as Row[]
}

/** Statements on one connection, or on a pool. */
export function sqlOfClient(client: SqlClient): RunSql {
  return async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
    let count = 0
    const numbered = sql.replaceAll('?', () => `$${++count}`)
    return (await client.query(numbered, [...values])).rows as Row[]
  }
}
