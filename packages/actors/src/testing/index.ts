export {
  advance,
  begin,
  type LifecycleAction,
  type LifecycleState,
  type Transition,
} from '../lifecycle/advance.ts'
export type { EnqueuedJob } from './enqueued.ts'
export { FrozenClock } from './frozen-clock.ts'
export { type EndState, type JobRecord, JobRecords } from './job-records.ts'
export type { TestJobsOptions } from './options.ts'
export { startTestJobs } from './start-test-jobs.ts'
export { type TestedJob, TestJobs } from './test-jobs.ts'
