import { readdir, readFile } from 'node:fs/promises'
import type { EntityManager } from '@mikro-orm/postgresql'
import { replaceFunctions } from './sql-functions.ts'

const folder = new URL('../../migrations/', import.meta.url)

/** What changed in the schema `jobs`. */
export interface JobsMigration {
  /** The migrations that were applied now. */
  readonly migrations: readonly string[]
  /** The names of the SQL functions that were created or replaced by another definition. */
  readonly functions: readonly string[]
}

/**
 * Makes or updates the tables of danbooru-jobs itself, in the PostgreSQL schema `jobs`; nothing outside of it is touched. Each
 * file of `migrations/` is applied once, in the order of their names; the functions of `migrations/functions/` are replaced every
 * time. One transaction does all of it, and several processes may migrate at the same time.
 */
export async function migrateJobsSchema(em: EntityManager): Promise<JobsMigration> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return em.fork().transactional(async (tx) => {
    await tx.execute("select pg_advisory_xact_lock(hashtext('danbooru-jobs migrations'))")
    await tx.execute('create schema if not exists jobs')
    await tx.execute(
      'create table if not exists jobs.migrations (name text primary key, applied_at timestamptz not null default now())',
    )
    const rows = await tx.execute<{ name: string }[]>('select name from jobs.migrations')
    const applied = new Set(rows.map((row) => row.name))
    const pending = names.filter((name) => !applied.has(name))
    for (const name of pending) {
      await tx.execute(await readFile(new URL(name, folder), 'utf8'))
      await tx.execute('insert into jobs.migrations (name) values (?)', [name])
    }
    return { migrations: pending, functions: await replaceFunctions(tx) }
  })
}
