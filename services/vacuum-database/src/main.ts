import { program } from '@danbooru-jobs/actors/main'

await program(() => import('./vacuum-database.ts'))
