import type { Migrated } from '../../migrate.ts'

/** What a migration changed, one kind of change on a line; one sentence when it changed nothing. */
export function migrationText({ booru, jobs: { migrations, functions } }: Migrated): string {
  const lines = [
    ...(booru === 'created' ? ['created the tables of the image board'] : []),
    ...(migrations.length > 0 ? [`applied migrations: ${migrations.join(', ')}`] : []),
    ...(functions.length > 0 ? [`created or replaced SQL functions: ${functions.join(', ')}`] : []),
  ]
  return lines.length === 0 ? 'the database is up to date' : lines.join('\n')
}
