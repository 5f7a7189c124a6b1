export { type AuditAction, type AuditEntry, auditActions, listAudit, recordAudit } from './audit/audit.ts'
export { BatchKeeper, batchConsumer } from './batches/batch-keeper.ts'
export { type BatchState, batchState, openJobs } from './batches/batch-store.ts'
export {
  BatchClosed,
  type BatchTransaction,
  type OpenBatch,
  type OpenBatchOptions,
  openBatch,
} from './batches/open-batch.ts'
export { type Clock, type NewId, type Random, systemClock } from './clock.ts'
export { type Cancelled, JobControl, type JobReference, type RunNow } from './control/job-control.ts'
export { QueueControl, type QueueState } from './control/queue-control.ts'
export {
  Database,
  type DatabaseDefinition,
  type DatabaseSettings,
  openDatabase,
  type TransactionWork,
} from './database/database.ts'
export { migrateJobsSchema } from './database/migrate.ts'
export { forgetEndedLifecycles, forgetProcessedSteps } from './database/retention.ts'
export {
  CancelledError,
  DatabaseUnreachable,
  DiscardError,
  Interrupted,
  JobError,
  RecordGone,
  RetryableError,
  TimeLimitExceeded,
} from './errors.ts'
export type { JobFilter, JobOrder } from './history/job-filter.ts'
export {
  type HistoryAttempt,
  type HistoryJob,
  JobHistory,
  type JobPage,
  type ListOptions,
} from './history/job-history.ts'
export { type JobState, jobStates, unfinishedStates } from './history/job-states.ts'
export { dropPartitionsBefore, preparePartitions } from './history/partitions.ts'
export { type RunSql, sqlOfClient, sqlOfDatabase } from './history/run-sql.ts'
export { advance, begin, type LifecycleAction, type Standing, type Step } from './lifecycle/advance.ts'
export {
  type EmitParams,
  type EnqueueParams,
  emitParams,
  enqueueParams,
  type LifecycleDefinition,
  lifecycle,
} from './lifecycle/define-lifecycle.ts'
export { mermaidOf } from './lifecycle/diagram.ts'
export { LifecycleStore, type Received, type StoredLifecycle } from './lifecycle/lifecycle-store.ts'
export {
  describeWaiting,
  type LimitUse,
  limitUse,
  type WaitingFilter,
  type WaitingJob,
  waitingCounts,
  waitingJobs,
} from './limits/waiting-jobs.ts'
export { type ContextSource, currentContext, inContextOf } from './middleware/current-context.ts'
export type { EnqueueStep, Performing, PerformMiddleware, ServiceMiddleware } from './middleware/perform.ts'
export { Outbox } from './outbox/outbox.ts'
export { OutboxRelay } from './outbox/relay.ts'
export { cancel, discard, done, type Json, type Outcome, retry, snooze } from './outcome.ts'
export {
  OwnedByAnother,
  provisionConsumer,
  provisionJobConsumer,
  provisionStreams,
} from './provision/provision.ts'
export { subjectCounts } from './queues/subject-counts.ts'
export { Redrive, type Redriven, type RedriveOptions } from './redrive/redrive.ts'
export { type RequestContext, type ResponderDefinition, responder } from './request/define-responder.ts'
export * from './schedule/index.ts'
export { type Daemon, type DaemonDefinition, daemon } from './service/daemon.ts'
export type { ServiceDefinition } from './service/definition.ts'
export { connectNats, type NatsSettings } from './service/nats-connection.ts'
export { type RunningServices, type RunOptions, runServices } from './service/run-services.ts'
export { readSettings, type ServiceSettings, SettingInvalid } from './service/settings.ts'
export { activeTrace, inSpan, isTracing, type SpanDescription } from './tracing/spans.ts'
export { traceAttempt, traceEnqueue } from './tracing/steps.ts'
export { parseTraceHeaders, type TraceHeaders, traceHeadersOf } from './tracing/trace-context.ts'
export { type JobEnding, JobWatch } from './watch/job-watch.ts'
export { type WorkerDefinition, type WorkerOptions, worker } from './worker/define-worker.ts'
export { DeliveredMessage } from './worker/delivered-message.ts'
export { eachRow, isRowFault } from './worker/each-row.ts'
export { type Batch, inBatches } from './worker/in-batches.ts'
export type { JobContext } from './worker/job-context.ts'
export { Mailbox } from './worker/mailbox.ts'
export type { Runtime } from './worker/runtime.ts'
