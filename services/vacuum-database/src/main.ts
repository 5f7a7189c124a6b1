import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ vacuumDatabaseWorker }, { booruDatabase }] = await Promise.all([
    import('./vacuum-database.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [vacuumDatabaseWorker], database: booruDatabase }
})
