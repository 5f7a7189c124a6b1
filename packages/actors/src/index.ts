export { BatchClosedError, openBatch } from './batches/open-batch.ts'
export type { TransactionWork } from './database/database.ts'
export {
  type EmitParams,
  type EnqueueParams,
  emitParams,
  enqueueParams,
  type LifecycleDefinition,
  lifecycle,
} from './lifecycle/define-lifecycle.ts'
export { LifecycleStore } from './lifecycle/lifecycle-store.ts'
export type { EnqueueStep } from './outbox/enqueue-step.ts'
export { Outbox } from './outbox/outbox.ts'
export {
  CancelledError,
  DatabaseUnreachableError,
  DiscardError,
  InterruptedError,
  JobError,
  RecordGoneError,
  RetryableError,
  TimeLimitError,
} from './outcome/errors.ts'
export { cancel, discard, done, type Json, type Outcome, retry, snooze } from './outcome/outcome.ts'
export { type RequestContext, type ResponderDefinition, responder } from './request/define-responder.ts'
export { type Daemon, type DaemonDefinition, daemon } from './runtime/daemon.ts'
export { type CatchUp, defineSchedule, type Schedule } from './schedule/define-schedule.ts'
export type { ServiceDefinition } from './service/definition.ts'
export { type RunningServices, type RunOptions, runServices } from './service/run-services.ts'
export { currentContext } from './tracing/current-context.ts'
export { traceEnqueue } from './tracing/trace-enqueue.ts'
export { type WorkerDefinition, type WorkerOptions, worker } from './worker/define-worker.ts'
export { forEachRow } from './worker/for-each-row.ts'
export { inChunks } from './worker/in-chunks.ts'
export type { JobContext } from './worker/job-context.ts'
export type { PerformMiddleware, ServiceMiddleware } from './worker/middleware.ts'
