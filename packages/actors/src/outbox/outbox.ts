import type { EventType, JobOptions, JobRequest, JobType, PayloadInputOf } from '@danbooru-jobs/contracts'
import {
  contextHeaders,
  eventMessage,
  inheritContext,
  jobMessage,
  type OutgoingMessage,
} from '@danbooru-jobs/contracts/wire'
import type { z } from 'zod'
import type { Clock, NewId } from '../environment/environment.ts'
import type { RunSql } from '../sql/run-sql.ts'
import { storableJson } from '../sql/storable.ts'
import { currentContext } from '../tracing/current-context.ts'
import type { EnqueueStep } from './enqueue-step.ts'

/**
 * What a transaction wants to say. It is written with the transaction's own rows and published after the commit, in order,
 * by the outbox relay, exactly if the transaction commits.
 */
export class Outbox {
  readonly #clock: Clock
  readonly #newId: NewId
  readonly #steps: readonly EnqueueStep[]
  readonly #messages: OutgoingMessage[] = []

  constructor(clock: Clock, newId: NewId, steps: readonly EnqueueStep[] = []) {
    this.#steps = steps
    this.#clock = clock
    this.#newId = newId
  }

  /**
   * Enqueues a job, with the actor of the current job unless the options name another.
   *
   * @returns the job's id.
   * @throws PayloadInvalidError, before anything is written.
   */
  enqueue<Type extends JobType>(type: Type, payload: PayloadInputOf<Type>, options: JobOptions = {}): string {
    const id = options.id ?? this.#newId()
    const asked: JobRequest = { type, payload, options: inheritContext({ ...options, id }, currentContext()) }
    const request = this.#steps.reduce((result, step) => step(result), asked)
    const message = jobMessage(request.type, request.payload, request.options, { id, now: this.#clock.now() })
    this.#messages.push(message)
    return request.options.id ?? id
  }

  /** Emits an event. */
  emit<Schema extends z.ZodType>(event: EventType<Schema>, payload: z.input<Schema>): void {
    this.#messages.push(eventMessage(event, payload, { id: this.#newId(), ...currentContext() }))
  }

  /** Sends a message that is complete but for the context it inherits. */
  send(message: OutgoingMessage): void {
    const headers = { ...contextHeaders(currentContext()), ...message.headers }
    this.#messages.push({ ...message, headers })
  }

  /** Removes and returns the messages, for a test kit that delivers them without the table. */
  take(): OutgoingMessage[] {
    return this.#messages.splice(0)
  }

  /** Writes the messages to the outbox table, in one statement. */
  async flush(run: RunSql): Promise<void> {
    if (this.#messages.length === 0) return
    await run(
      `insert into jobs.outbox (subject, headers, body)
       select message->>'subject', message->'headers', message->>'body'
         from jsonb_array_elements(?::jsonb) with ordinality as staged(message, position)
        order by position`,
      [storableJson(this.#messages)],
    )
    this.#messages.length = 0
  }
}
