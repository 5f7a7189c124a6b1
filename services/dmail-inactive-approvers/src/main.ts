import { program } from '@danbooru-jobs/actors/main'

await program(() => import('./dmail-inactive-approvers.ts'))
