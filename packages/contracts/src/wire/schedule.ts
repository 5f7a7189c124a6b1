import type { ConsumerConfig } from '@nats-io/jetstream'
import { nanoseconds } from '../define/duration.ts'
import { natsHeader } from './headers.ts'
import type { OutgoingMessage } from './outgoing-message.ts'
import { owner } from './streams.ts'
import { subjects } from './subjects.ts'

/** When something repeats, in the form that the NATS server takes (ADR-51). */
export interface CronRule {
  /** Six fields: second, minute, hour, day of month, month, day of week (0 is Sunday). */
  readonly cron: string
  /** IANA name of the time zone in which the fields are read, as `America/New_York`. */
  readonly timeZone: string
}

/** The schedule a server-side schedule belongs to. */
export interface ScheduleReference {
  /** Whose schedule it is: all schedules of a set are declared together. */
  readonly set: string
  readonly name: string
}

/**
 * A schedule as the message that makes the server tick: `cron.<set>.<name>`, one per subject, replaced by publishing again. What
 * it produces is a tick, not a job: the server strips the message id and knows neither overlap nor catch-up, so what a tick
 * means is decided by the consumer of its ticks. The body names the schedule for people who read the stream.
 */
export function cronMessage({ set, name }: ScheduleReference, rule: CronRule): OutgoingMessage {
  return {
    subject: subjects.cron(set, name),
    headers: {
      [natsHeader.schedule]: rule.cron,
      [natsHeader.scheduleTarget]: subjects.tick(set, name),
      [natsHeader.scheduleTimeZone]: rule.timeZone,
    },
    body: JSON.stringify({ set, name }),
  }
}

/** The rule that a stored schedule message follows. */
export function cronRuleOf(header: (name: string) => string): CronRule {
  return { cron: header(natsHeader.schedule), timeZone: header(natsHeader.scheduleTimeZone) }
}

/** The durable consumer of a set's ticks, shared by every replica that looks after the set. */
export function tickConsumer(set: string): Partial<ConsumerConfig> & { durable_name: string } {
  return {
    durable_name: `ticks-${set}`,
    description: `Ticks of the schedules of ${set}`,
    filter_subject: subjects.ticksOfSet(set),
    ack_policy: 'explicit',
    deliver_policy: 'all',
    ack_wait: nanoseconds('30s'),
    max_deliver: -1,
    max_ack_pending: 1_000,
    metadata: { [owner.key]: owner.value },
  }
}
