import { daemon } from '@danbooru-jobs/actors'
import { BatchKeeper, batchConsumer } from '@danbooru-jobs/actors/internal'
import { streamName } from '@danbooru-jobs/contracts/wire'

/** Tells, once, that all jobs of a batch have ended. */
export const batches = daemon({
  name: 'batches',
  title: 'Keeps batches of jobs and tells when one is complete',
  consumers: [{ stream: streamName.lifecycles, consumer: batchConsumer }],
  usesDatabase: true,
  start: (runtime) => new BatchKeeper(runtime).start(),
})
