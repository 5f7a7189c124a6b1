import { program } from '@danbooru-jobs/actors/program'

await program(async () => {
  const { unknownJobs } = await import('./unknown-jobs.ts')
  return { services: [unknownJobs()] }
})
