import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ retireTagRelationshipsWorker }, { booruDatabase }] = await Promise.all([
    import('./retire-tag-relationships.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [retireTagRelationshipsWorker], database: booruDatabase }
})
