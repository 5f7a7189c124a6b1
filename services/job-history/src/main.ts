import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ jobHistory }, { booruDatabase }] = await Promise.all([
    import('./job-history.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [jobHistory], database: booruDatabase }
})
