import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ prunePostsWorker }, { booruDatabase }] = await Promise.all([
    import('./prune-posts.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [prunePostsWorker], database: booruDatabase }
})
