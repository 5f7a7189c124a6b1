/**
 * Tests of handlers, lifecycles and whole flows without NATS, in milliseconds.
 *
 * @module
 */
export type { EnqueuedJob, Expected } from './enqueued.ts'
export { FrozenClock } from './frozen-clock.ts'
export { type EndState, type JobRecord, JobRecords } from './job-records.ts'
export { startTestJobs } from './start-test-jobs.ts'
export type { EmittedEvent, TestedJob, TestJobs, TestJobsOptions } from './test-jobs.ts'
