import { program } from '@danbooru-jobs/actors/program'

await program(() => import('./user-deactivation.ts'))
