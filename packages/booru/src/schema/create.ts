import { readFile } from 'node:fs/promises'
import type { EntityManager } from '@mikro-orm/postgresql'

const directory = new URL('../../schema/', import.meta.url)

/** In the order they must run. */
const files = [
  '1-extensions.sql',
  '2-tables.sql',
  '3-indexes.sql',
  '4-foreign-keys.sql',
  '5-views.sql',
  '6-migration-versions.sql',
]

/** Any constant will do, as long as every process that creates the schema takes the same lock. */
const lock = 0x62_6f_6f_72

/** Whether the database is already an image board: it has a table `public.users`. */
export async function booruSchemaPresent(em: EntityManager): Promise<boolean> {
  const [row] = await em.execute<{ present: boolean }[]>(
    `SELECT to_regclass('public.users') IS NOT NULL AS present`,
  )
  return row?.present === true
}

/**
 * Turns an empty database into Danbooru's complete database, as Danbooru's own migrations leave it at commit
 * b43a913ad7: all of it or, after an error, nothing. A database that already has a table `public.users` is left
 * exactly as it is, so this may run against one that an unmodified Danbooru uses. Two processes may call it at
 * the same time. The connecting role needs the right to create extensions.
 *
 * @returns `created`, or `present` if there was nothing to do
 */
export async function createBooruSchema(em: EntityManager): Promise<'created' | 'present'> {
  if (await booruSchemaPresent(em)) return 'present'

  const statements = await Promise.all(files.map((file) => readFile(new URL(file, directory), 'utf8')))
  return em.fork().transactional(async (transaction) => {
    await transaction.execute(`SELECT pg_advisory_xact_lock(${lock})`)
    if (await booruSchemaPresent(transaction)) return 'present'
    await transaction.execute(`SET LOCAL search_path = public`)
    for (const sql of statements) await transaction.execute(sql, [], 'run')
    return 'created'
  })
}
