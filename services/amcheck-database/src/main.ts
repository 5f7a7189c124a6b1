import { program } from '@danbooru-jobs/actors/program'

await program(() => import('./amcheck-database.ts'))
