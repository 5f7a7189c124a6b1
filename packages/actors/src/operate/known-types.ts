import type { RunSql } from '../sql/run-sql.ts'

/** The types of the jobs that the history has, or had and still counts, by name. */
export async function jobTypesInHistory(run: RunSql): Promise<string[]> {
  const rows = await run<{ readonly type: string }>(
    'select distinct type from jobs.history_counts order by type',
    [],
  )
  return rows.map(({ type }) => type)
}
