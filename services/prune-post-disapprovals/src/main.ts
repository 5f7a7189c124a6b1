import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ prunePostDisapprovalsWorker }, { booruDatabase }] = await Promise.all([
    import('./prune-post-disapprovals.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [prunePostDisapprovalsWorker], database: booruDatabase }
})
