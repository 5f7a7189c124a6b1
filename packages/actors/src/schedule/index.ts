export { duesBetween, nextDue, nextDues } from './calendar.ts'
export {
  type CatchUp,
  defineSchedule,
  type Overlap,
  type Schedule,
  type ScheduleDeclaration,
} from './define-schedule.ts'
export { type Due, decideDue } from './due.ts'
export {
  listSchedules,
  pauseSchedule,
  resumeSchedule,
  runScheduleNow,
  type ScheduleStatus,
  UnknownScheduleError,
} from './operate.ts'
export { type Reconciled, reconcileSchedules } from './reconcile.ts'
export { openScheduleSet, type ScheduleConnections, type ScheduleSet } from './schedule-set.ts'
export type { RunOutcome, SettledRun } from './schedule-store.ts'
export { Scheduler } from './scheduler.ts'
export { type Settled, settleDue } from './settle-due.ts'
