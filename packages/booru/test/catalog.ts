import type { EntityManager } from '@mikro-orm/postgresql'

/** A table as the system catalogs describe it, in the shape of schema-facts.json. */
export interface CatalogTable {
  unlogged: boolean
  options: string[] | null
  columns: Record<string, [type: string, nullability: 'null' | 'not null', defaultValue: string | null]>
  primaryKey: { name: string; column: string } | null
  sequence: { name: string; type: string; ownedBy: string } | null
  indexes: Record<string, { unique: boolean; method: string; keys: string[]; where: string | null }>
  foreignKeys: Record<string, { column: string; references: string; deferred: boolean }>
}

/** Every table of the schema `public`, by name. */
export async function readCatalog(em: EntityManager): Promise<Record<string, CatalogTable>> {
  const rows = await em.execute<(CatalogTable & { name: string })[]>(`
    SELECT
      relname AS name,
      relpersistence = 'u' AS unlogged,
      to_json(reloptions) AS options,
      (${columns}) AS columns,
      (${primaryKey}) AS "primaryKey",
      (${sequence}) AS sequence,
      coalesce((${indexes}), '{}') AS indexes,
      coalesce((${foreignKeys}), '{}') AS "foreignKeys"
    FROM pg_class t
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`)
  return Object.fromEntries(rows.map(({ name, ...table }) => [name, table]))
}

const columns = `
  SELECT json_object_agg(attname, json_build_array(
    format_type(atttypid, atttypmod),
    CASE WHEN attnotnull THEN 'not null' ELSE 'null' END,
    pg_get_expr(adbin, adrelid)) ORDER BY attnum)
  FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attrelid = t.oid AND attnum > 0`

const primaryKey = `
  SELECT json_build_object('name', conname, 'column', attname)
  FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
  WHERE conrelid = t.oid AND contype = 'p'`

const sequence = `
  SELECT json_build_object('name', s.relname, 'type', format_type(seqtypid, NULL),
    'ownedBy', t.relname || '.' || attname)
  FROM pg_depend d
  JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN pg_sequence ON seqrelid = s.oid
  JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
  WHERE refobjid = t.oid AND deptype = 'a' AND seqstart = 1 AND seqincrement = 1 AND seqcache = 1 AND NOT seqcycle
    AND seqmin = 1 AND seqmax = CASE seqtypid WHEN 'bigint'::regtype THEN 9223372036854775807 ELSE 2147483647 END`

/** `indoption` has bit 1 for DESC and bit 2 for NULLS FIRST, which is the default of DESC. */
const indexKeys = `
  SELECT json_agg(
    pg_get_indexdef(indexrelid, k, true)
      || CASE WHEN opcdefault THEN '' ELSE ' ' || opcname END
      || CASE indoption[k - 1] WHEN 0 THEN '' WHEN 1 THEN ' DESC NULLS LAST' WHEN 3 THEN ' DESC' ELSE ' NULLS FIRST' END
    ORDER BY k)
  FROM generate_series(1, indnkeyatts) k JOIN pg_opclass o ON o.oid = indclass[k - 1]`

const indexes = `
  SELECT json_object_agg(i.relname, json_build_object(
    'unique', indisunique, 'method', amname, 'keys', (${indexKeys}), 'where', pg_get_expr(indpred, indrelid)))
  FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_am a ON a.oid = i.relam
  WHERE indrelid = t.oid AND NOT indisprimary`

const foreignKeys = `
  SELECT json_object_agg(conname, json_build_object(
    'column', here.attname, 'references', confrelid::regclass || '.' || there.attname,
    'deferred', condeferrable AND condeferred))
  FROM pg_constraint
  JOIN pg_attribute here ON here.attrelid = conrelid AND here.attnum = ANY (conkey)
  JOIN pg_attribute there ON there.attrelid = confrelid AND there.attnum = ANY (confkey)
  WHERE conrelid = t.oid AND contype = 'f'`

/** What the schema has besides tables. */
export interface CatalogDetails {
  extensions: string[]
  views: Record<string, Record<string, string>>
  function: Record<string, unknown>
  operator: Record<string, unknown>
  statisticsTarget: number
}

/** Extensions in the schema `public`, columns of its views, the one function, the one operator. */
export async function readDetails(em: EntityManager): Promise<CatalogDetails> {
  const [row] = await em.execute<CatalogDetails[]>(`
    SELECT
      (SELECT json_agg(extname ORDER BY extname) FROM pg_extension
        WHERE extnamespace = 'public'::regnamespace) AS extensions,
      (SELECT json_object_agg(relname, (
          SELECT json_object_agg(attname, format_type(atttypid, atttypmod) ORDER BY attnum)
          FROM pg_attribute WHERE attrelid = v.oid AND attnum > 0))
        FROM pg_class v WHERE relname IN ('post_events', 'user_actions') AND relkind = 'v') AS views,
      (SELECT json_build_object('arguments', pg_get_function_identity_arguments(p.oid),
          'returns', prorettype::regtype, 'language', lanname, 'volatility', provolatile,
          'parallel', proparallel, 'strict', proisstrict)
        FROM pg_proc p JOIN pg_language l ON l.oid = prolang WHERE proname = 'reverse_textregexeq') AS function,
      (SELECT json_build_object('signature', oid::regoperator::text, 'result', oprresult::regtype,
          'function', oprcode::regprocedure::text,
          'declaresMore', oprcom <> 0 OR oprnegate <> 0 OR oprrest <> 0 OR oprjoin <> 0)
        FROM pg_operator WHERE oprname = '~<<' AND oprnamespace = 'public'::regnamespace) AS operator,
      (SELECT attstattarget FROM pg_attribute
        WHERE attrelid = 'index_posts_on_string_to_array_tag_string'::regclass) AS "statisticsTarget"`)
  if (row === undefined) throw new Error('a SELECT without FROM returned no row')
  return row
}
