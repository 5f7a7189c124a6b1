import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const { batches } = await import('./batches.ts')
  return { services: [batches], database: { entities: [] } }
})
