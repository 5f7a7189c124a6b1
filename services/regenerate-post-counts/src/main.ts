import { program } from '@danbooru-jobs/actors/program'

await program(() => import('./regenerate-post-counts.ts'))
