export { batches } from './batches/batches.ts'
export { openBatch } from './batches/open-batch.ts'
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
export { outboxRelay } from './relay/outbox-relay.ts'
export { type RequestContext, responder } from './request/define-responder.ts'
export { type Daemon, type DaemonContext, daemon } from './runtime/daemon.ts'
export { resource } from './runtime/resource.ts'
export { defineSchedule, type Schedule } from './schedule/define-schedule.ts'
export { scheduler } from './schedule/define-scheduler.ts'
export type { ServiceDefinition } from './service/definition.ts'
export type { RunOptions } from './service/run-options.ts'
export { type RunningServices, runServices } from './service/run-services.ts'
export { secret } from './settings/settings-schema.ts'
export { currentContext } from './tracing/current-context.ts'
export { traceEnqueue } from './tracing/trace-enqueue.ts'
export { type WorkerDefinition, worker } from './worker/define-worker.ts'
export { forEachRow } from './worker/for-each-row.ts'
export { inChunks } from './worker/in-chunks.ts'
export type { JobContext } from './worker/job-context.ts'
export type { PerformMiddleware, ServiceMiddleware } from './worker/middleware.ts'
