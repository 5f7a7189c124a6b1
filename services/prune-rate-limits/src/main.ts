import { program } from '@danbooru-jobs/actors/program'

await program(() => import('./prune-rate-limits.ts'))
