import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ deactivateUserResponder, userDeactivation }, { booruDatabase }] = await Promise.all([
    import('./user-deactivation.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [deactivateUserResponder, userDeactivation], database: booruDatabase }
})
