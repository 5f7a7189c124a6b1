import { runServices } from '@danbooru-jobs/actors'
import { booruDatabase } from '@danbooru-jobs/booru'
import { outboxRelay } from './outbox-relay.ts'

await runServices([outboxRelay], { database: booruDatabase })
