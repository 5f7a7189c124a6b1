import { program } from '@danbooru-jobs/actors/program'

await program(async () => ({ services: [(await import('./outbox-relay.ts')).outboxRelay] }))
