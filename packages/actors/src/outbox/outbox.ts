import {
  type EventType,
  eventMessage,
  type JobOptions,
  type JobType,
  jobMessage,
  type OutgoingMessage,
  type PayloadInputOf,
} from '@danbooru-jobs/contracts'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { z } from 'zod'
import type { Clock, NewId } from '../clock.ts'

/**
 * What a transaction wants to say. It is written with the transaction's own rows and published after the commit, in order,
 * by the outbox relay: said exactly when the transaction happened.
 */
export class Outbox {
  readonly #clock: Clock
  readonly #newId: NewId
  readonly #messages: OutgoingMessage[] = []

  constructor(clock: Clock, newId: NewId) {
    this.#clock = clock
    this.#newId = newId
  }

  /**
   * Enqueues a job.
   *
   * @returns the job's id.
   * @throws PayloadInvalid, before anything is written.
   */
  enqueue<Type extends JobType>(type: Type, payload: PayloadInputOf<Type>, options: JobOptions = {}): string {
    const id = options.id ?? this.#newId()
    this.#messages.push(jobMessage(type, payload, options, { id, now: this.#clock.now() }))
    return id
  }

  /** Tells that something happened. */
  emit<Schema extends z.ZodType>(event: EventType<Schema>, payload: z.input<Schema>): void {
    this.#messages.push(eventMessage(event, payload, { id: this.#newId() }))
  }

  /** Sends a message that is complete already. */
  send(message: OutgoingMessage): void {
    this.#messages.push(message)
  }

  /** Writes what was said, in one statement. */
  async flush(em: EntityManager): Promise<void> {
    if (this.#messages.length === 0) return
    await em.execute(
      `insert into jobs.outbox (subject, headers, body)
       select message->>'subject', message->'headers', message->>'body'
         from jsonb_array_elements(?::jsonb) with ordinality as said(message, position)
        order by position`,
      [JSON.stringify(this.#messages)],
    )
    this.#messages.length = 0
  }
}
