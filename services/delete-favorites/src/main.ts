import { program } from '@danbooru-jobs/actors/main'

await program(() => import('./delete-favorites.ts'))
