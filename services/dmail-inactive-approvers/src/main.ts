import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ dmailInactiveApproversWorker }, { booruDatabase }] = await Promise.all([
    import('./dmail-inactive-approvers.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [dmailInactiveApproversWorker], database: booruDatabase }
})
