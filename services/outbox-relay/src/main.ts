import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const [{ outboxRelay }, { booruDatabase }] = await Promise.all([
    import('./outbox-relay.ts'),
    import('@danbooru-jobs/booru'),
  ])
  return { services: [outboxRelay], database: booruDatabase }
})
