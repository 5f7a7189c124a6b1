import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ regeneratePostCountsWorker }, { booruDatabase }] = await Promise.all([
    import('./regenerate-post-counts.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [regeneratePostCountsWorker], database: booruDatabase }
})
