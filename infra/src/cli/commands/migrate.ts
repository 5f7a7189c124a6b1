import { type AddCommand, type AnswerOptions, answer, jsonOption } from '../command.ts'
import { migrationText } from '../format/migration.ts'

/** `danbooru-jobs migrate`: brings a database up to date. */
export const addMigrate: AddCommand = (program) => {
  program
    .command('migrate')
    .description('create or update the tables and SQL functions in the database; safe to repeat')
    .option(...jsonOption)
    .examples('migrate')
    .action(async (options: AnswerOptions) => {
      const { databaseAddress } = await import('../addresses.ts')
      const { checkDatabase } = await import('../../reachable.ts')
      const { migrateDatabase } = await import('../../migrate.ts')
      const url = await databaseAddress()
      await checkDatabase(url)
      const migrated = await migrateDatabase(url)
      answer(options, migrated, migrationText(migrated))
    })
}
