import { program } from '@danbooru-jobs/actors/program'

await program(() => import('./retire-tag-relationships.ts'))
