import { readdir, readFile } from 'node:fs/promises'
import type { EntityManager } from '@mikro-orm/postgresql'

const folder = new URL('../../migrations/functions/', import.meta.url)
/** PostgreSQL refuses to replace a function when its result type or the name of an argument differs. */
const invalidFunctionDefinition = '42P13'

interface FunctionRow {
  /** Name and argument types. */
  readonly signature: string
  /** The row's version: another one when the function was written since. */
  readonly version: string
  readonly definition: string
}

/**
 * Replaces the SQL functions of the schema `jobs` with those of `migrations/functions/`: a file for each name. Overloads of a name that
 * its file does not create are dropped, so that a call with fewer arguments is never ambiguous; a file that has to serve services of
 * two versions creates both. A name without a file is dropped by a migration.
 *
 * @returns the names whose functions changed.
 */
export async function replaceFunctions(tx: EntityManager): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const changed: string[] = []
  for (const file of files) {
    const name = file.slice(0, -'.sql'.length)
    if (await replaceFunction(tx, name, await readFile(new URL(file, folder), 'utf8'))) changed.push(name)
  }
  return changed
}

async function replaceFunction(tx: EntityManager, name: string, sql: string): Promise<boolean> {
  const before = await functionsNamed(tx, name)
  try {
    await tx.transactional((savepoint) => savepoint.execute(sql))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === invalidFunctionDefinition)) throw error
    for (const { signature } of before) await tx.execute(`drop function ${signature}`)
    await tx.execute(sql)
  }
  const versions = new Set(before.map(({ version }) => version))
  for (const { signature, version } of await functionsNamed(tx, name)) {
    if (versions.has(version)) await tx.execute(`drop function ${signature}`)
  }
  return definitions(before) !== definitions(await functionsNamed(tx, name))
}

function functionsNamed(tx: EntityManager, name: string): Promise<FunctionRow[]> {
  return tx.execute<FunctionRow[]>(
    `select oid::regprocedure::text as signature, oid || ' ' || xmin || ' ' || ctid as version,
            pg_get_functiondef(oid) as definition
       from pg_proc where pronamespace = 'jobs'::regnamespace and proname = ? order by 1`,
    [name],
  )
}

function definitions(rows: readonly FunctionRow[]): string {
  return rows.map(({ definition }) => definition).join('\n')
}
