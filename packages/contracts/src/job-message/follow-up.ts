import { jobHeader, natsHeader } from '../wire/headers.ts'
import {
  anywhereSubject,
  type JobAddress,
  ownAddress,
  queuedSubject,
  scheduledSubject,
} from '../wire/job-subject.ts'
import type { OutgoingMessage } from '../wire/outgoing-message.ts'
import { subjects } from '../wire/subjects.ts'
import { type JobFacts, type JobSource, jobFacts } from './job-source.ts'

/**
 * Why another message of a known job is published. Each kind decides the subject and the headers of that message.
 *
 * `address` is where the job is queued, `waitsAt` where its schedule is stored until then, see {@link waitingAddress}.
 */
export type FollowUp =
  /** An attempt failed; the next one is due at `at`. `expectFree`: only if no other job is at the address. */
  | {
      readonly kind: 'retry'
      readonly attempt: number
      readonly at: Date
      readonly address: JobAddress
      readonly waitsAt: JobAddress
      readonly expectFree: boolean
      readonly order: number | undefined
    }
  /** The attempt does not count: a snooze, an interruption, a lost delivery. Without `at` the job is due at once. */
  | {
      readonly kind: 'put-back'
      readonly attemptsUsed: number
      readonly at: Date | undefined
      readonly address: JobAddress
      readonly waitsAt: JobAddress
      readonly order: number | undefined
    }
  /** The job may not start: it waits at `address` until it is released, or until `at` as the last resort. */
  | {
      readonly kind: 'park'
      readonly attemptsUsed: number
      readonly at: Date
      readonly address: JobAddress
      /** The name of the limit. */
      readonly waitingFor: string
      readonly order: number | undefined
    }
  /** A parked job may start. The message removes the schedule that it replaces. */
  | { readonly kind: 'release' }
  /** A job of a unique type starts and frees its key; it continues at an address of its own. */
  | { readonly kind: 'start'; readonly attemptsUsed: number; readonly address: JobAddress }
  /** An operator wants the job to run now, whatever it waits for. */
  | { readonly kind: 'run-now'; readonly attemptsUsed: number }
  /** A dead letter starts again with all its attempts. Without `at` it is due at once. */
  | { readonly kind: 'redrive'; readonly at: Date | undefined }

/** A message to publish in the stream JOBS. */
export interface JobPublication {
  readonly subject: string
  readonly headers: Record<string, string[]>
  readonly body: Uint8Array | string
}

/** A publication as the outbox stores it: the first value of each header, and the body as text. */
export function outgoing({ subject, headers, body }: JobPublication): OutgoingMessage {
  const single = Object.entries(headers).flatMap(([name, [value]]) => (value ? [[name, value]] : []))
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  return { subject, headers: Object.fromEntries(single), body: text }
}

/**
 * The message that continues a job: the same body, id, context and custom headers, and what the kind of follow-up changes. Every
 * message of a job but the first is made here.
 *
 * The message id is made from the job's id, the kind and the sequence of the message that is continued, so that a follow-up that
 * is published again after a crash is stored once.
 */
export function followUp(source: JobSource, change: FollowUp): JobPublication {
  const facts = jobFacts(source)
  const message = new Draft(source, facts)
  switch (change.kind) {
    case 'retry':
      message.continues(change.attempt).ordered(change.order).set(jobHeader.retry, String(change.attempt))
      if (change.expectFree) message.expectFree(change.address)
      return message
        .named(`retry:${source.sequence}:${change.attempt}`)
        .at(change.address, change.at, change.waitsAt)
    case 'put-back':
      message.continues(change.attemptsUsed).ordered(change.order)
      return message.named(`put-back:${source.sequence}`).at(change.address, change.at, change.waitsAt)
    case 'park':
      message.continues(change.attemptsUsed).ordered(change.order).set(jobHeader.parked, change.waitingFor)
      return message.named(`parked:${source.sequence}`).at(change.address, change.at, change.address)
    case 'release':
      message.unparked().replaces(source.subject)
      return message.named(`released:${source.sequence}`).to(queuedSubject(facts.address))
    case 'start':
      message.continues(change.attemptsUsed).expectFree(change.address)
      return message.named(`started:${source.sequence}`).to(queuedSubject(change.address))
    case 'run-now':
      message.continues(change.attemptsUsed)
      if (facts.target !== undefined) message.replaces(source.subject)
      return message.named(`run-now:${source.sequence}`).to(facts.target ?? source.subject)
    case 'redrive': {
      // A unique job that was discarded after its start had freed its key: it has to take the key again.
      const address = facts.isUnique ? { ...facts.address, slot: undefined } : facts.address
      message.continues(0)
      if (facts.isUnique) message.expectFree(address)
      const waitsAt = waitingAddress(address, facts.id, facts.isUnique)
      return message.named(`redrive:${source.sequence}`).at(address, change.at, waitsAt)
    }
    default:
      return change satisfies never
  }
}

/**
 * The copy of a job's message for the stream JOB_LOG, as the server makes it for most messages, see `isInJobLog`. The headers that
 * the stream would take for instructions are left out.
 */
export function jobLogCopy(source: JobSource, stream: string): JobPublication {
  const headers = ownHeaders(source.headers)
  headers[natsHeader.stream] = [stream]
  headers[natsHeader.subject] = [source.subject]
  headers[natsHeader.sequence] = [String(source.sequence)]
  headers[natsHeader.timeStamp] = [source.storedAt.toISOString()]
  return { subject: subjects.storedCopy(source.subject), headers, body: source.body }
}

/**
 * Where a job can wait without replacing another: its own address where only one message can be, and otherwise one that ends in
 * its id.
 *
 * @param holdsKey whether only one message can be at the address: the job type refuses a second job of a key.
 */
export function waitingAddress(address: JobAddress, jobId: string, holdsKey: boolean): JobAddress {
  if (address.slot !== undefined) return address
  return holdsKey && address.key !== undefined ? address : ownAddress(address, jobId)
}

/** The headers that belong to the job: those that do not start with `Nats-`. */
function ownHeaders(headers: JobSource['headers']): Record<string, string[]> {
  const own: Record<string, string[]> = {}
  for (const [name, values] of headers) if (!name.startsWith('Nats-')) own[name] = [...values]
  return own
}

/** A follow-up in the making. */
class Draft {
  readonly #source: JobSource
  readonly #facts: JobFacts
  readonly #headers: Record<string, string[]>

  constructor(source: JobSource, facts: JobFacts) {
    this.#source = source
    this.#facts = facts
    this.#headers = ownHeaders(source.headers)
  }

  set(name: string, value: string): this {
    this.#headers[name] = [value]
    return this
  }

  /** The same job with so many attempts used; the headers of the last message about waiting are dropped. */
  continues(attemptsUsed: number): this {
    return this.unparked()
      .set(jobHeader.id, this.#facts.id)
      .set(jobHeader.attempts, String(attemptsUsed))
      .set(jobHeader.enqueuedAt, this.#facts.enqueuedAt.toISOString())
  }

  unparked(): this {
    delete this.#headers[jobHeader.parked]
    delete this.#headers[jobHeader.retry]
    return this
  }

  ordered(rank: number | undefined): this {
    return rank === undefined ? this : this.set(jobHeader.order, String(rank))
  }

  /** The server refuses the message while another one is at the address, scheduled or queued. */
  expectFree(address: JobAddress): this {
    return this.set(natsHeader.expectedLastSubjectSequence, '0').set(
      natsHeader.expectedLastSubjectSequenceSubject,
      anywhereSubject(address),
    )
  }

  /** Storing the message removes the schedule of that subject in the same write (ADR-51). */
  replaces(schedule: string): this {
    return this.set(natsHeader.scheduler, schedule).set(natsHeader.scheduleNext, 'purge')
  }

  named(suffix: string): this {
    return this.set(natsHeader.msgId, `${this.#facts.id}:${suffix}`)
  }

  /** Queued at the address at once, or at a time. */
  at(address: JobAddress, time: Date | undefined, waitsAt: JobAddress): JobPublication {
    if (time === undefined) return this.to(queuedSubject(address))
    this.set(natsHeader.schedule, `@at ${time.toISOString()}`)
    return this.set(natsHeader.scheduleTarget, queuedSubject(address)).to(scheduledSubject(waitsAt))
  }

  to(subject: string): JobPublication {
    return { subject, headers: this.#headers, body: this.#source.body }
  }
}
