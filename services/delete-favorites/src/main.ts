import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ deleteFavoritesWorker }, { booruDatabase }] = await Promise.all([
    import('./delete-favorites.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [deleteFavoritesWorker], database: booruDatabase }
})
