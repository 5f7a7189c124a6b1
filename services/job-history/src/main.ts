import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const { jobHistory } = await import('./job-history.ts')
  return { services: [jobHistory], database: { entities: [] } }
})
