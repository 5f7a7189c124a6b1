import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ amcheckDatabaseWorker }, { booruDatabase }] = await Promise.all([
    import('./amcheck-database.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [amcheckDatabaseWorker], database: booruDatabase }
})
