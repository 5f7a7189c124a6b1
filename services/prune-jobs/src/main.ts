import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ pruneJobsWorker }, { booruDatabase }] = await Promise.all([
    import('./prune-jobs.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [pruneJobsWorker], database: booruDatabase }
})
