import { ExpectedError } from '../../expected-error.ts'
import type { AddCommand } from '../command.ts'

/** `danbooru-jobs migrate`: brings a database up to date. */
export const addMigrate: AddCommand = (program) => {
  program
    .command('migrate')
    .description('create or update the tables in DATABASE_URL, or in the database of a running "npm start"')
    .examples('migrate')
    .action(async () => {
      const { addresses } = await import('../addresses.ts')
      const { migrate } = await import('../../dev/compose.ts')
      const { databaseUrl } = await addresses()
      if (databaseUrl === undefined) {
        throw new ExpectedError('No database: set DATABASE_URL, or run "npm start" first.')
      }
      await migrate(databaseUrl)
    })
}
