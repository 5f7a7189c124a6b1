import { daemon, OutboxRelay } from '@danbooru-jobs/actors'

/** Database → NATS: publishes what committed transactions have left in `jobs.outbox`. */
export const outboxRelay = daemon({
  name: 'outbox-relay',
  title: 'Publishes what committed transactions want to say',
  usesDatabase: 'sql',
  start: (runtime) => new OutboxRelay(runtime).start(),
})
