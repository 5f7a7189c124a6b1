import { daemon } from '../runtime/daemon.ts'
import { OutboxRelay } from './relay.ts'

/** The service that publishes what committed transactions have left in `jobs.outbox`. Replicas are safe. */
export const outboxRelay = daemon({
  name: 'outbox-relay',
  title: 'Publishes the messages of committed transactions',
  usesDatabase: 'sql',
  start: (context) => new OutboxRelay(context).start(),
})
