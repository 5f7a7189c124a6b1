import { program } from '@danbooru-jobs/actors/main'

await program(() => import('./outbox-relay.ts'))
