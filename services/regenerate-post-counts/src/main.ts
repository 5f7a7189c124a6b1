import { program } from '@danbooru-jobs/actors/main'

await program(() => import('./regenerate-post-counts.ts'))
