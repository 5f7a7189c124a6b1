import { program } from '@danbooru-jobs/actors/main'

await program(() => import('./prune-post-disapprovals.ts'))
