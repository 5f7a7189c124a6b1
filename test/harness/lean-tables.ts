import type { TestDatabase } from './database.ts'

/**
 * Drops the indexes of some tables, save those of keys and those named: a hundred thousand rows need a minute of a processor for the
 * twenty indexes that a table of posts has, and a test of one operation needs few of them.
 *
 * @param tables the tables, and for each the indexes to keep
 */
export async function keepIndexes(
  query: TestDatabase['query'],
  tables: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const kept = Object.values(tables).flat()
  const found = await query<{ name: string; isNeeded: boolean }>(
    `select indexrelid::regclass::text as name,
            indexrelid::regclass::text = any($2) or exists (select from pg_constraint where conindid = indexrelid) as "isNeeded"
       from pg_index where indrelid = any($1::regclass[])`,
    [Object.keys(tables), kept],
  )
  const unknown = kept.filter((one) => !found.some(({ name }) => name === one))
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}`)
  const dropped = found.flatMap(({ name, isNeeded }) => (isNeeded ? [] : [name]))
  if (dropped.length > 0) await query(`drop index ${dropped.join(', ')}`)
}
