import { program } from '@danbooru-jobs/actors/main'

await program(() => import('./amcheck-database.ts'))
