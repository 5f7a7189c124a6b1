export { type BatchState, batchState, openJobs } from '../batches/batch-store.ts'
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
  listSchedules,
  pauseSchedule,
  resumeSchedule,
  runScheduleNow,
  type ScheduleStatus,
  UnknownScheduleError,
} from '../schedule/operate.ts'
export { openScheduleSet, type ScheduleConnections, type ScheduleSet } from '../schedule/schedule-set.ts'
export { type AuditAction, type AuditEntry, auditActions, listAudit, recordAudit } from './audit.ts'
export type { JobReference } from './cancelled-jobs.ts'
export { type Cancelled, JobControl, type RunNow } from './job-control.ts'
export { type JobEnding, JobWatch } from './job-watch.ts'
export { QueueControl, type QueueState } from './queue-control.ts'
export { Redrive, type Redriven, type RedriveOptions } from './redrive.ts'
export {
  describeWaiting,
  type LimitUse,
  limitUse,
  type WaitingFilter,
  type WaitingJob,
  waitingCounts,
  waitingJobs,
} from './waiting-jobs.ts'
