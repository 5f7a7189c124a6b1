import { program } from '@danbooru-jobs/actors/program'

await program(() => import('./job-history.ts'))
