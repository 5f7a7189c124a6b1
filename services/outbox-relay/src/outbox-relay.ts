import { daemon } from '@danbooru-jobs/actors'
import { OutboxRelay } from '@danbooru-jobs/actors/internal'

/** Database → NATS: publishes what committed transactions have left in `jobs.outbox`. */
export const outboxRelay = daemon({
  name: 'outbox-relay',
  title: 'Publishes what committed transactions want to say',
  usesDatabase: 'sql',
  start: (runtime) => new OutboxRelay(runtime).start(),
})
