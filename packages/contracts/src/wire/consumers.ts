import type { ConsumerConfig } from '@nats-io/jetstream'
import type { JobType } from '../define/define-job.ts'
import { type Duration, nanoseconds } from '../define/duration.ts'
import { queuedFilters } from './job-subject.ts'
import { owner } from './streams.ts'

/**
 * How long the server waits for a heartbeat from the worker that holds a job. A heartbeat every quarter of it keeps the job; the
 * job of a dead worker is redelivered after it. How long a job may run is another setting, `timeLimit`. This is the default; a
 * service can be configured otherwise.
 */
export const ackWait = '20s'

/**
 * The durable pull consumer of a job type: its mailbox, shared by every replica of its service.
 *
 * There is no `backoff` and no `max_deliver`: the worker alone decides about retries, and a message beyond `max_deliver` would stay
 * in the stream, invisible. `max_ack_pending` is the number of jobs that may run at once, or wide, because a job that waits in
 * `nak(delay)` counts in it. A type with `maxRunning` does not use `nak(delay)`: its retries are scheduled messages.
 */
export function jobConsumer(
  type: JobType,
  wait: Duration = ackWait,
): Partial<ConsumerConfig> & { durable_name: string } {
  return {
    durable_name: type.name,
    name: type.name,
    description: type.title,
    filter_subjects: [...queuedFilters(type.name)],
    ack_policy: 'explicit',
    deliver_policy: 'all',
    ack_wait: nanoseconds(wait),
    max_deliver: -1,
    max_ack_pending: type.delivery.maxRunning ?? 100_000,
    sample_freq: '100',
    metadata: { [owner.key]: owner.value },
  }
}
