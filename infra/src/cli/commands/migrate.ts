import type { AddCommand } from '../command.ts'

/** `danbooru-jobs migrate`: brings a database up to date. */
export const addMigrate: AddCommand = (program) => {
  program
    .command('migrate')
    .description('create or update the tables in DATABASE_URL, or in the database of a running "npm start"')
    .examples('migrate')
    .action(async () => {
      const { databaseAddress } = await import('../addresses.ts')
      const { migrate } = await import('../../dev/compose.ts')
      await migrate(await databaseAddress())
    })
}
