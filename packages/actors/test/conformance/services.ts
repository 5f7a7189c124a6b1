import { daemon, type Schedule } from '@danbooru-jobs/actors'
import { BatchKeeper, batchConsumer, OutboxRelay, Scheduler } from '@danbooru-jobs/actors/internal'
import { nanoseconds, streamName, tickConsumer } from '@danbooru-jobs/contracts/wire'

/** Keeps batches, wherever a backend keeps things. */
export const keeper = daemon({
  name: 'batches',
  title: 'Batches',
  consumers: [{ stream: streamName.lifecycles, consumer: { ...batchConsumer, ack_wait: nanoseconds('1s') } }],
  usesDatabase: true,
  start: (runtime) => new BatchKeeper(runtime).start(),
})

/** Publishes what transactions have said; in memory that is done at their commit. */
export const relay = daemon({
  name: 'outbox-relay',
  title: 'Outbox',
  usesDatabase: true,
  start: (runtime) => new OutboxRelay(runtime).start(),
})

/** Looks after the schedules of a set. */
export function scheduler(set: string, schedules: readonly Schedule[]) {
  return daemon({
    name: `scheduler-${set}`,
    title: 'Schedules of a case',
    usesDatabase: true,
    consumers: [{ stream: streamName.schedules, consumer: tickConsumer(set) }],
    start: (runtime) => new Scheduler(runtime, set, schedules).start(),
  })
}
