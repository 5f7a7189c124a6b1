import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ deleteUserWorker }, { booruDatabase }] = await Promise.all([
    import('./delete-user.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [deleteUserWorker], database: booruDatabase }
})
