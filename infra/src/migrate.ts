import { randomUUID } from 'node:crypto'
import {
  type JobsMigration,
  migrateJobsSchema,
  openDatabase,
  systemClock,
} from '@danbooru-jobs/actors/program'
import { booruDatabase, createBooruSchema } from '@danbooru-jobs/booru'

/** What a migration did. */
export interface Migrated {
  /** `present` when the database was an image board already; nothing of it was touched. */
  readonly booru: 'created' | 'present'
  readonly jobs: JobsMigration
}

/**
 * Makes an empty database into a complete image board with the tables of danbooru-jobs beside it; adds only the latter to a database that
 * Danbooru uses. Safe to repeat, and from several processes at once.
 */
export async function migrateDatabase(url: string): Promise<Migrated> {
  const settings = { url, poolSize: 2, name: 'danbooru-jobs migrate' }
  const database = await openDatabase(settings, booruDatabase, systemClock, randomUUID)
  try {
    const booru = await createBooruSchema(database.entityManager())
    return { booru, jobs: await migrateJobsSchema(database.entityManager()) }
  } finally {
    await database.close()
  }
}
