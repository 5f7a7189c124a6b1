import { program } from '@danbooru-jobs/actors/main'

await program(() => import('./retire-tag-relationships.ts'))
