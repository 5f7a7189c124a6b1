import { program } from '@danbooru-jobs/actors/program'

await program(() => import('./dmail-inactive-approvers.ts'))
