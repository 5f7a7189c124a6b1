/**
 * Tests of handlers, lifecycles and whole flows without NATS, in milliseconds.
 *
 * @module
 */
export type { EnqueuedJob, Expected } from './enqueued.ts'
export { FrozenClock } from './frozen-clock.ts'
export { type EndState, type JobRecord, JobRecords } from './job-records.ts'
export {
  type EmittedEvent,
  startTestJobs,
  type TestedJob,
  TestJobs,
  type TestJobsOptions,
} from './test-jobs.ts'
