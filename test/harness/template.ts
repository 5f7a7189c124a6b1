import { migrateDatabase } from '../../infra/src/migrate.ts'

/**
 * Fills the database that every test's own database is copied from. Runs once in a run of the tests, on an empty
 * database; whatever it connects with must be closed again when it is done, or nothing can be copied.
 *
 * @param databaseUrl the empty database
 */
export async function prepareTemplate(databaseUrl: string): Promise<void> {
  await migrateDatabase(databaseUrl)
}
