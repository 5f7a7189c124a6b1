import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ pruneApproversWorker }, { booruDatabase }] = await Promise.all([
    import('./prune-approvers.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [pruneApproversWorker], database: booruDatabase }
})
