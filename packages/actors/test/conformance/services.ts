import { daemon } from '@danbooru-jobs/actors'
import { BatchKeeper, batchConsumer } from '@danbooru-jobs/actors/internal'
import { nanoseconds, streamName } from '@danbooru-jobs/contracts/wire'

/** As the service `batches`, but messages of a crashed process come back after a second. */
export const keeper = daemon({
  name: 'batches',
  title: 'Batches',
  consumers: [{ stream: streamName.lifecycles, consumer: { ...batchConsumer, ack_wait: nanoseconds('1s') } }],
  usesDatabase: true,
  start: (runtime) => new BatchKeeper(runtime).start(),
})
