import { program } from '@danbooru-jobs/actors/program'

await program(() => import('./unknown-jobs.ts'))
