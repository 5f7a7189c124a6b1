import type { AddCommand } from '../command.ts'

/** `danbooru-jobs dev`: everything on this machine. */
export const addDev: AddCommand = (program) => {
  program
    .command('dev')
    .description('run everything on this machine: PostgreSQL, NATS and all services (the same as npm start)')
    .examples('dev')
    .action(async () => {
      const { dev } = await import('../../dev/dev.ts')
      await dev()
    })
}
