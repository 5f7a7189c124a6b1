/** What operators look at and do: for command lines, dashboards and tests. */
export { type BatchState, batchState, listBatches } from '../batches/batch-store.ts'
export type { JobFilter, JobOrder } from '../history/job-filter.ts'
export {
  type HistoryAttempt,
  type HistoryJob,
  JobHistory,
  type JobPage,
  type ListOptions,
} from '../history/job-history.ts'
export { mermaidOf } from '../lifecycle/diagram.ts'
export { nextDue, nextDues } from '../schedule/calendar.ts'
export {
  type ResumeResult,
  type RunScheduleResult,
  type ScheduleStatus,
  UnknownScheduleError,
} from '../schedule/operate.ts'
export {
  Audit,
  type AuditAction,
  type AuditConnections,
  type AuditEntry,
  auditActions,
  listAudit,
} from './audit.ts'
export type { JobReference } from './cancelled-jobs.ts'
export type { OperatorConnections } from './connections.ts'
export {
  StreamMissingError,
  UnknownBatchError,
  UnknownJobError,
  UnknownLifecycleError,
  UnknownQueueError,
} from './errors.ts'
export { type CancelResult, JobControl, type RunNowResult } from './job-control.ts'
export { type JobDetails, jobDetails, type ListedJob, type ListedJobs, listJobs } from './job-views.ts'
export { JobWatch } from './job-watch.ts'
export { jobTypesInHistory } from './known-types.ts'
export { Operator } from './operator.ts'
export { type BatchDetails, type OpenJob, OperatorBatches } from './operator-batches.ts'
export { type NotInQueue, OperatorJobs, type RetryResult } from './operator-jobs.ts'
export {
  type LifecycleFilter,
  type LifecycleOverview,
  type LifecycleRetryResult,
  type LifecycleStep,
  OperatorLifecycles,
} from './operator-lifecycles.ts'
export { OperatorQueues } from './operator-queues.ts'
export { OperatorSchedules } from './operator-schedules.ts'
export { QueueControl } from './queue-control.ts'
export type { LimitWait, QueueOverview, StateCounts } from './queue-overview.ts'
export { type QueueSources, readQueues, readQueuesOf } from './read-queues.ts'
export { Redrive, type RedriveOptions, type RedriveResult } from './redrive.ts'
export { type EndpointNumbers, type RunningService, runningServices } from './running-services.ts'
export {
  askDatabase,
  type LimitUse,
  limitUse,
  type WaitingFilter,
  type WaitingJob,
  waitingJobs,
} from './waiting-jobs.ts'
