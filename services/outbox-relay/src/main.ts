import { program } from '@danbooru-jobs/actors/program'

await program(() => import('./outbox-relay.ts'))
