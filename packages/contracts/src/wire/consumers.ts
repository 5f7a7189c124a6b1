import type { ConsumerConfig } from '@nats-io/jetstream'
import type { JobType } from '../define/define-job.ts'
import { type Duration, nanoseconds } from '../define/duration.ts'
import { owner } from './streams.ts'
import { subjects } from './subjects.ts'

/**
 * How long the server waits for a sign of life from the worker that holds a job. A heartbeat every quarter of it keeps
 * the job; a dead worker's job comes back after it. It says nothing about how long a job may run: that is `timeLimit`. This is the default; a service may be told another.
 */
export const ackWait = '20s'

/**
 * The durable pull consumer of a job type: its mailbox, shared by every replica of its service.
 *
 * There is no `backoff` and no `max_deliver`: the worker alone decides about retries, and a message beyond
 * `max_deliver` would stay in the stream, invisible. `max_ack_pending` is wide because a job waiting in `nak(delay)`
 * counts in it.
 */
export function jobConsumer(
  type: JobType,
  wait: Duration = ackWait,
): Partial<ConsumerConfig> & { durable_name: string } {
  return {
    durable_name: type.name,
    name: type.name,
    description: type.title,
    filter_subjects: subjects.jobFilters(type.name),
    ack_policy: 'explicit',
    deliver_policy: 'all',
    ack_wait: nanoseconds(wait),
    max_deliver: -1,
    max_ack_pending: type.delivery.maxRunning ?? 100_000,
    sample_freq: '100',
    metadata: { [owner.key]: owner.value },
  }
}
