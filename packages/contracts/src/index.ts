export type { BackOff } from './define/back-off.ts'
export { defineEvent, type EventType } from './define/define-event.ts'
export { defineJob, type JobType, type PayloadInputOf, type PayloadOf } from './define/define-job.ts'
export { defineRequest, failedReply, type RequestType } from './define/define-request.ts'
export type { DeliveryOptions } from './define/delivery.ts'
export type { Duration } from './define/duration.ts'
export type { LimitOptions } from './define/limits.ts'
export { PayloadInvalidError } from './define/payload.ts'
export type { Unique } from './define/unique.ts'
export { type JobRequest, job } from './message/job-request.ts'
export type { JobOptions } from './message/message.ts'
export type { OnComplete } from './message/on-complete.ts'
export type { EnqueueManyOptions, EnqueueManyProgress } from './publisher/enqueue-many.ts'
export type { Enqueued, EnqueueMiddleware } from './publisher/enqueue-middleware.ts'
export {
  NoLeaderError,
  NoResponderError,
  NoStreamError,
  PayloadTooLargeError,
  PublishRefusedError,
  PublishTimeoutError,
  ServerTooOldError,
} from './publisher/errors.ts'
export {
  connectPublisher,
  createPublisher,
  type EmitResult,
  type Publisher,
  type PublisherOptions,
} from './publisher/publisher.ts'
export type { AtomicResult, EnqueueResult } from './publisher/results.ts'
export { type BatchSummary, batchSummary } from './wire/batch-news.ts'
export { type JobEnded, jobEnded } from './wire/job-ended.ts'
export { type JobState, jobStates } from './wire/job-states.ts'
export type { MessageContext } from './wire/message-context.ts'
export { MessageInvalidError } from './wire/message-rules.ts'
