import type { EntityManager } from '@mikro-orm/postgresql'

/** A table that can be vacuumed, or why not. */
export interface VacuumTarget {
  /** Schema and name, quoted for SQL. */
  readonly table: string
  readonly oid: number
  readonly allowed: boolean
}

/** What vacuuming did to a table. */
export interface VacuumReport {
  readonly table: string
  /** `skipped`: PostgreSQL left the table out, since another session holds a lock on it or vacuums it already. */
  readonly did: 'vacuumed' | 'skipped'
  /** Dead rows before and after, as PostgreSQL estimates them. */
  readonly deadRows: readonly [before: number, after: number]
  /** Bytes with indexes and out-of-line values, before and after. */
  readonly bytes: readonly [before: number, after: number]
}

/**
 * Every table and materialized view of the database that `VACUUM` would look at, the catalogs included, and whether this account may.
 * It may as the table's owner, as the database's owner (but not those shared with other databases), as a superuser, and since
 * PostgreSQL 17 with the privilege MAINTAIN (PostgreSQL documentation, VACUUM).
 */
export async function vacuumTargets(em: EntityManager): Promise<VacuumTarget[]> {
  const [server] = await em.execute<{ version: number }[]>(
    "SELECT current_setting('server_version_num')::int AS version",
  )
  const maintain = (server?.version ?? 0) >= 170_000 ? `OR has_table_privilege(tables.oid, 'MAINTAIN')` : ''
  return em.execute<VacuumTarget[]>(
    `SELECT tables.oid::bigint::float8 AS oid, format('%I.%I', nspname, relname) AS table,
            pg_has_role(relowner, 'USAGE') OR (NOT relisshared AND pg_has_role(datdba, 'USAGE')) ${maintain} AS allowed
       FROM pg_class AS tables
       JOIN pg_namespace ON pg_namespace.oid = relnamespace
       JOIN pg_database ON datname = current_database()
      WHERE relkind IN ('r', 'm') AND relpersistence <> 't'
      ORDER BY nspname IN ('pg_catalog', 'information_schema'), nspname, relname`,
  )
}

/**
 * Runs `VACUUM (ANALYZE)` on one table. It does not wait for locks: a table that is locked is skipped.
 *
 * @param em outside of a transaction: PostgreSQL does not vacuum inside one.
 * @returns undefined if the table does not exist any more.
 */
export async function vacuumTable(
  em: EntityManager,
  { table, oid }: Pick<VacuumTarget, 'table' | 'oid'>,
): Promise<VacuumReport | undefined> {
  const before = await measure(em, oid)
  if (before === undefined) return undefined
  try {
    await em.execute(`VACUUM (ANALYZE, SKIP_LOCKED) ${table}`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '42P01') return undefined
    throw error
  }
  const after = await measure(em, oid)
  if (after === undefined) return undefined
  return {
    table,
    did: after.count > before.count ? 'vacuumed' : 'skipped',
    deadRows: [before.dead, after.dead],
    bytes: [before.bytes, after.bytes],
  }
}

interface Measured {
  count: number
  dead: number
  bytes: number
}

async function measure(em: EntityManager, oid: number): Promise<Measured | undefined> {
  const [measured] = await em.execute<Measured[]>(
    `SELECT pg_stat_get_vacuum_count(oid)::float8 AS count, pg_stat_get_dead_tuples(oid)::float8 AS dead,
            pg_total_relation_size(oid)::float8 AS bytes
       FROM pg_class WHERE oid = ?`,
    [oid],
  )
  return measured
}
