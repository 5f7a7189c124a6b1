import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ pruneBansWorker }, { booruDatabase }] = await Promise.all([
    import('./prune-bans.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [pruneBansWorker], database: booruDatabase }
})
