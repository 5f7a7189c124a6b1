export { type Clock, type NewId, type Random, systemClock } from './clock.ts'
export {
  Database,
  type DatabaseDefinition,
  type DatabaseSettings,
  openDatabase,
  type TransactionWork,
} from './database/database.ts'
export { migrateJobsSchema } from './database/migrate.ts'
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
export { Outbox } from './outbox/outbox.ts'
export { OutboxRelay } from './outbox/relay.ts'
export { cancel, discard, done, type Json, type Outcome, retry, snooze } from './outcome.ts'
export {
  OwnedByAnother,
  provisionConsumer,
  provisionJobConsumer,
  provisionStreams,
} from './provision/provision.ts'
export { type RequestContext, type ResponderDefinition, responder } from './request/define-responder.ts'
export { type Daemon, type DaemonDefinition, daemon } from './service/daemon.ts'
export type { ServiceDefinition } from './service/definition.ts'
export { connectNats, type NatsSettings } from './service/nats-connection.ts'
export { type RunningServices, type RunOptions, runServices } from './service/run-services.ts'
export { readSettings, type ServiceSettings, SettingInvalid } from './service/settings.ts'
export { type WorkerDefinition, type WorkerOptions, worker } from './worker/define-worker.ts'
export { DeliveredMessage } from './worker/delivered-message.ts'
export type { JobContext } from './worker/job-context.ts'
export { Mailbox } from './worker/mailbox.ts'
export type { Runtime } from './worker/runtime.ts'
