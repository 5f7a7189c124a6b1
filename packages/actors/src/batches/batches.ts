import { streamName } from '@danbooru-jobs/contracts/wire'
import { daemon } from '../runtime/daemon.ts'
import { BatchKeeper, batchConsumer } from './batch-keeper.ts'

/** The service that keeps the batches: it counts the ends of their jobs and sends what `onComplete` says. Replicas are safe. */
export const batches = daemon({
  name: 'batches',
  title: 'Keeps batches of jobs and sends their callbacks',
  consumers: [{ stream: streamName.lifecycles, consumer: batchConsumer }],
  usesDatabase: true,
  start: (context) => new BatchKeeper(context).start(),
})
