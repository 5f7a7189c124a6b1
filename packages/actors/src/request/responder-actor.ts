import type { failedReply } from '@danbooru-jobs/contracts'
import { contextOfHeaders, natsHeader } from '@danbooru-jobs/contracts/wire'
import type { Msg, Subscription } from '@nats-io/transport-node'
import { SpanKind } from '@opentelemetry/api'
import type { z } from 'zod'
import type { TransactionWork } from '../database/database.ts'
import type { Provided } from '../runtime/resource.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { inContextOf } from '../tracing/current-context.ts'
import { inSpan } from '../tracing/spans.ts'
import { listen } from '../transport/guard.ts'
import { messageHeaders } from '../transport/message-headers.ts'
import type { ResponderDefinition } from './define-responder.ts'

const failed: z.input<typeof failedReply> = {
  status: 'failed',
  errors: ['something went wrong; nothing was changed; try again'],
}

/** Answers requests on a subject, with the other replicas of its service. */
export class ResponderActor {
  readonly definition: ResponderDefinition
  readonly #runtime: Runtime
  readonly #provided: Provided
  #subscription: Subscription | undefined
  readonly #open = new Set<Promise<void>>()
  readonly counts = { answered: 0, invalid: 0, failed: 0, milliseconds: 0 }
  lastError: string | undefined

  constructor(runtime: Runtime, definition: ResponderDefinition, provided: Provided) {
    this.#runtime = runtime
    this.#provided = provided
    this.definition = definition
  }

  start(): void {
    const onRequest = (message: Msg) => {
      const answered = this.#answer(message).finally(() => this.#open.delete(answered))
      this.#open.add(answered)
    }
    const { subject } = this.definition.request
    this.#subscription = listen(this.#runtime, subject, onRequest, { queue: 'danbooru-jobs' })
  }

  /** Stops listening; what was asked before is still answered. */
  async quiesce(): Promise<void> {
    await this.#subscription?.drain()
  }

  async idle(): Promise<void> {
    await Promise.allSettled([...this.#open])
  }

  async #answer(message: Msg): Promise<void> {
    const { clock, log } = this.#runtime
    const begun = clock.now().getTime()
    try {
      const reply = await this.#replyTo(message)
      message.respond(JSON.stringify(reply))
    } catch (error) {
      this.counts.failed++
      this.lastError = error instanceof Error ? error.message : String(error)
      log.error({ err: error, subject: message.subject }, 'a request could not be answered')
      message.respond(JSON.stringify(failed))
    }
    this.counts.milliseconds += clock.now().getTime() - begun
  }

  async #replyTo(message: Msg): Promise<unknown> {
    const { clock, log, newId } = this.#runtime
    const asked = this.#read(message)
    if (!asked.ok) {
      this.counts.invalid++
      return this.definition.invalid(asked.errors)
    }
    const { values } = messageHeaders(message)
    const header = (name: string) => values.get(name)?.[0]
    const id = header(natsHeader.msgId) ?? newId()
    const { actor, ...parent } = contextOfHeaders(header)
    const context = {
      id,
      actor,
      clock,
      newId,
      log: log.child({ requestId: id, subject: message.subject }),
      transaction: <Result>(work: TransactionWork<Result>) => this.#runtime.database().transaction(work),
    }
    const { subject } = this.definition.request
    const attributes = { 'messaging.system': 'nats', 'messaging.destination.name': subject }
    const span = { name: `answer ${subject}`, kind: SpanKind.SERVER, attributes, parent }
    const reply = await inSpan(span, (_, trace) =>
      inContextOf({ actor, trace }, () => this.definition.answer(asked.value, context, this.#provided)),
    )
    this.counts.answered++
    return reply
  }

  #read(message: Msg): { ok: true; value: unknown } | { ok: false; errors: string[] } {
    let body: unknown
    try {
      body = JSON.parse(message.string() || '{}')
    } catch {
      return { ok: false, errors: ['the request is not JSON'] }
    }
    const parsed = this.definition.request.request.safeParse(body)
    if (parsed.success) return { ok: true, value: parsed.data }
    return {
      ok: false,
      errors: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`),
    }
  }
}
