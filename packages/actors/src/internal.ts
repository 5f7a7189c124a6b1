/** What the services of this repository need beyond the public interface. Not stable between versions. */
export { BatchKeeper, batchConsumer } from './batches/batch-keeper.ts'
export type { BatchTransaction, OpenBatch, OpenBatchOptions } from './batches/open-batch.ts'
export { BatchClosedError } from './batches/open-batch.ts'
export type { TransactionWork } from './database/database.ts'
export { forgetEndedLifecycles, forgetProcessedSteps } from './database/retention.ts'
export { dropPartitionsBefore, preparePartitions } from './history/partitions.ts'
export type { StoredLifecycle, TransitionResult } from './lifecycle/lifecycle-store.ts'
export { OutboxRelay } from './relay/relay.ts'
export type { ResponderDefinition } from './request/define-responder.ts'
export type { DaemonDefinition } from './runtime/daemon.ts'
export type { HttpRoute } from './runtime/http-route.ts'
export type { Runtime } from './runtime/runtime.ts'
export { duesBetween } from './schedule/calendar.ts'
export type { CatchUp, Overlap, ScheduleDeclaration } from './schedule/define-schedule.ts'
export { type Due, decideDue } from './schedule/due.ts'
export { type Reconciled, reconcileSchedules } from './schedule/reconcile.ts'
export type { RunOutcome, SettledRun } from './schedule/schedule-store.ts'
export { Scheduler } from './schedule/scheduler.ts'
export { type Settled, settleDue } from './schedule/settle-due.ts'
export { type RunSql, sqlOfClient } from './sql/run-sql.ts'
export { isStorableJson, storableJson } from './sql/storable.ts'
export { type ContextSource, inContextOf } from './tracing/current-context.ts'
export { activeTrace, inSpan, isTracing, type SpanDescription } from './tracing/spans.ts'
export { parseTraceHeaders, type TraceHeaders, traceHeadersOf } from './tracing/trace-context.ts'
export { DeliveredMessage } from './transport/delivered-message.ts'
export { guarded, listen } from './transport/guard.ts'
export { Mailbox } from './transport/mailbox.ts'
export {
  firstValues,
  type MessageHeaders,
  messageHeaders,
  parseHeaderBlock,
} from './transport/message-headers.ts'
export { isNotFound, orUndefined } from './transport/not-found.ts'
export { sendNotices, type Undelivered } from './transport/notify-end.ts'
export {
  OwnershipError,
  provisionConsumer,
  provisionJobConsumer,
  provisionStreams,
} from './transport/provision.ts'
export { subjectCounts } from './transport/subject-counts.ts'
export { isRowFault } from './worker/for-each-row.ts'
export type { Batch } from './worker/in-chunks.ts'
export type { Performing } from './worker/middleware.ts'
export { traceAttempt } from './worker/trace-attempt.ts'
