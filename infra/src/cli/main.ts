import { Command } from 'commander'
import { ExpectedError } from '../expected-error.ts'
import { addDev } from './commands/dev.ts'
import { addMigrate } from './commands/migrate.ts'

const program = new Command('danbooru-jobs')
  .description("Danbooru's background jobs as message-driven actors over NATS JetStream.")
  .showHelpAfterError()
  .addHelpText(
    'after',
    `
Environment:
  NATS_URL      NATS servers that already run; without it, one of our own is started
  DATABASE_URL  a PostgreSQL database that already runs; without it, one of our own is started
  PORT          where the dashboard listens (default 3000)
  DATA_DIR      where everything is kept (default .data)`,
  )

for (const add of [addDev, addMigrate]) add(program)

try {
  await program.parseAsync()
  process.exit()
} catch (error) {
  console.error(error instanceof ExpectedError ? error.message : error)
  process.exit(1)
}
