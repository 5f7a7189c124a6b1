import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ pruneRateLimitsWorker }, { booruDatabase }] = await Promise.all([
    import('./prune-rate-limits.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [pruneRateLimitsWorker], database: booruDatabase }
})
