import type { EntityManager } from '@mikro-orm/postgresql'

/** Something that can be checked in one step. */
export type CheckTarget =
  | { readonly kind: 'index'; readonly relation: string; readonly oid: number }
  | { readonly kind: 'heap'; readonly relation: string; readonly oid: number; readonly blocks: number }

/** Something that is wrong with the database. */
export interface Corruption {
  readonly relation: string
  readonly problem: string
}

/** Whether the functions of the extension `amcheck` can be called, and how. */
export type AmcheckReadiness =
  | { readonly ready: true; readonly schema: string; readonly checksUnique: boolean }
  | { readonly ready: false; readonly reason: string }

/** Blocks of a table that are checked in one step: 80 MB. */
export const blocksPerStep = 10_000
/** Problems that one step reports. */
const problemsPerStep = 100

/**
 * Installs the extension `amcheck` where it is missing, as `pg_amcheck --install-missing` does, and finds its functions. Where it
 * cannot be installed or used, the reason is a sentence for operators.
 *
 * @param em inside a transaction of its own: a refusal ends it.
 */
export async function prepareAmcheck(em: EntityManager): Promise<void> {
  await em.execute('CREATE EXTENSION IF NOT EXISTS amcheck')
}

/** Looks for the extension; `refusal` is what PostgreSQL said when it was to be installed, if it did not succeed. */
export async function amcheckReadiness(
  em: EntityManager,
  refusal: string | undefined,
): Promise<AmcheckReadiness> {
  const [found] = await em.execute<
    { schema: string; checks_unique: boolean; may: boolean | null; heaps: boolean }[]
  >(
    `SELECT quote_ident(nspname) AS schema,
            bool_or('checkunique' = ANY (proargnames)) AS checks_unique,
            bool_and(has_function_privilege(pg_proc.oid, 'EXECUTE')) AS may,
            bool_or(proname = 'verify_heapam') AS heaps
       FROM pg_extension
       JOIN pg_namespace ON pg_namespace.oid = extnamespace
       LEFT JOIN pg_proc ON pronamespace = extnamespace AND proname IN ('bt_index_check', 'verify_heapam')
      WHERE extname = 'amcheck' GROUP BY nspname`,
  )
  if (found === undefined) {
    return {
      ready: false,
      reason: `the extension amcheck is missing and cannot be installed: ${refusal ?? 'unknown'}`,
    }
  }
  if (!found.heaps)
    return { ready: false, reason: 'the extension amcheck is too old: PostgreSQL 14 or newer is needed' }
  if (found.may !== true) {
    return {
      ready: false,
      reason: 'this account may not call the functions of amcheck; grant EXECUTE on them',
    }
  }
  return { ready: true, schema: found.schema, checksUnique: found.checks_unique }
}

/** Every heap and every B-tree index of the database but temporary and invalid ones, tables first. */
export async function checkTargets(em: EntityManager): Promise<CheckTarget[]> {
  return em.execute<CheckTarget[]>(
    `SELECT CASE WHEN relkind = 'i' THEN 'index' ELSE 'heap' END AS kind, relations.oid::bigint::float8 AS oid,
            format('%I.%I', nspname, relname) AS relation,
            CASE WHEN relkind <> 'i' THEN pg_relation_size(relations.oid) / current_setting('block_size')::int END::float8 AS blocks
       FROM pg_class AS relations
       JOIN pg_namespace ON pg_namespace.oid = relnamespace
       LEFT JOIN pg_am ON pg_am.oid = relam
       LEFT JOIN pg_index ON indexrelid = relations.oid
      WHERE relpersistence <> 't'
        AND (relkind IN ('r', 'm', 't') AND amname = 'heap'
             OR relkind = 'i' AND amname = 'btree' AND indisvalid AND indisready)
      ORDER BY relkind = 'i', nspname, relname`,
  )
}

/**
 * Checks an index: its order, and that every row of the table is in it. Unlike `bt_index_parent_check`, what `pg_amcheck
 * --parent-check` calls, it does not block writers. A problem ends the transaction.
 */
export async function checkIndex(
  em: EntityManager,
  { schema, checksUnique }: { readonly schema: string; readonly checksUnique: boolean },
  oid: number,
): Promise<void> {
  const unique = checksUnique ? ', checkunique => true' : ''
  await em.execute("SELECT set_config('statement_timeout', '0', true)")
  await em.execute(
    `SELECT ${schema}.bt_index_check(index => oid::regclass, heapallindexed => true${unique})
       FROM pg_class WHERE oid = ?`,
    [oid],
  )
}

/** Checks the blocks of a table from `first` on, at most {@link blocksPerStep}, with their out-of-line values. */
export async function checkHeapBlocks(
  em: EntityManager,
  schema: string,
  { oid, relation }: { readonly oid: number; readonly relation: string },
  first: number,
): Promise<Corruption[]> {
  await em.execute("SELECT set_config('statement_timeout', '0', true)")
  const found = await em.execute<{ blkno: string; offnum: number | null; msg: string }[]>(
    `SELECT blkno, offnum, msg
       FROM (SELECT oid, pg_relation_size(oid) / current_setting('block_size')::int - 1 AS last
               FROM pg_class WHERE oid = ?) AS checked,
            LATERAL ${schema}.verify_heapam(
              relation => checked.oid::regclass, check_toast => true,
              startblock => ?::bigint, endblock => least(?::bigint, checked.last))
      WHERE checked.last >= ?::bigint LIMIT ?`,
    [oid, first, first + blocksPerStep - 1, first, problemsPerStep],
  )
  return found.map(({ blkno, offnum, msg }) => ({
    relation,
    problem: `block ${blkno}${offnum === null ? '' : `, row ${offnum}`}: ${msg}`,
  }))
}
