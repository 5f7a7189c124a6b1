import { program } from '@danbooru-jobs/actors/program'

await program(async () => ({ services: [(await import('./job-history.ts')).jobHistory] }))
