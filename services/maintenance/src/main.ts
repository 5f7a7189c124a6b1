import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ maintenance }, { booruDatabase }] = await Promise.all([
    import('./maintenance.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [maintenance], database: booruDatabase }
})
