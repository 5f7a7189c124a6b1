export { type BatchContext, largestBatch, publishBatch } from './batch.ts'
export type { EnqueueBatchOptions, EnqueueBatchProgress } from './enqueue-batch.ts'
export { type EnqueueManyOptions, type EnqueueManyProgress, stableId } from './enqueue-many.ts'
export * from './errors.ts'
export { isNoResponder } from './leader-change.ts'
export { messageBytes, publishMessage } from './publish.ts'
export {
  connectPublisher,
  createPublisher,
  type EmitResult,
  type EnqueueMiddleware,
  type Publisher,
  type PublisherOptions,
} from './publisher.ts'
export * from './results.ts'
export * from './server-reply.ts'
