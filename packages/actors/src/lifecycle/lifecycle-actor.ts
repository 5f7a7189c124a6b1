import {
  backOffDelay,
  contextOfHeaders,
  lifecycleHeader,
  lifecycleKeyOfSubject,
  nanoseconds,
  natsHeader,
  owner,
  streamName,
  subjects,
} from '@danbooru-jobs/contracts/wire'
import { SpanKind } from '@opentelemetry/api'
import type { Runtime } from '../runtime/runtime.ts'
import { inContextOf } from '../tracing/current-context.ts'
import { inSpan } from '../tracing/spans.ts'
import type { DeliveredMessage } from '../transport/delivered-message.ts'
import { Mailbox, type MailboxProblem } from '../transport/mailbox.ts'
import type { ConsumerDeclaration } from '../transport/provision.ts'
import type { LifecycleDefinition } from './define-lifecycle.ts'
import { LifecycleStore, type TransitionResult } from './lifecycle-store.ts'

/** Messages to different lifecycles of a machine that one process handles at once; those to one wait for its row. */
const concurrency = 4

/** The mailbox of a machine: one durable consumer, shared by every replica. */
export function lifecycleConsumer(definition: LifecycleDefinition, ackWait: number): ConsumerDeclaration {
  return {
    durable_name: `lifecycle-${definition.name}`,
    description: `Messages to lifecycles of ${definition.name}`,
    filter_subject: subjects.lifecycleFilter(definition.name),
    ack_policy: 'explicit',
    deliver_policy: 'all',
    ack_wait: nanoseconds(ackWait),
    max_deliver: -1,
    max_ack_pending: 10_000,
    metadata: { [owner.key]: owner.value },
  }
}

/** Gives messages to the lifecycles of one machine, each in a transaction. */
export class LifecycleActor {
  readonly definition: LifecycleDefinition
  readonly #runtime: Runtime
  readonly #mailbox: Mailbox
  readonly #store: LifecycleStore
  readonly #onProblem: (problem: MailboxProblem) => void
  #held = 0
  #stopping = false
  #idle: (() => void) | undefined
  readonly counts = { received: 0, failed: 0, refused: 0, milliseconds: 0 }
  lastError: string | undefined

  constructor(
    runtime: Runtime,
    definition: LifecycleDefinition,
    onProblem: (problem: MailboxProblem) => void,
  ) {
    this.#runtime = runtime
    this.definition = definition
    this.#store = new LifecycleStore(definition)
    this.#onProblem = onProblem
    const source = {
      stream: streamName.lifecycles,
      consumer: lifecycleConsumer(definition, runtime.ackWait).durable_name,
    }
    this.#mailbox = new Mailbox(runtime, source, this)
  }

  start(): void {
    this.pull()
  }

  pull(): void {
    const room = concurrency - this.#held - this.#mailbox.outstanding
    if (!this.#stopping && room > 0) this.#mailbox.request(room)
  }

  onMessage(message: DeliveredMessage): void {
    this.#held++
    void this.#handle(message).finally(() => {
      this.#held--
      if (this.#held === 0) this.#idle?.()
      this.pull()
    })
  }

  onLapsed(problem: MailboxProblem | undefined): void {
    if (this.#stopping) return
    if (problem) this.#onProblem(problem)
    else this.pull()
  }

  reconnect(): void {
    if (!this.#stopping) this.#mailbox.reset()
  }

  tick(): void {
    this.#mailbox.check()
  }

  async quiesce(): Promise<void> {
    this.#stopping = true
    await this.#mailbox.stop()
  }

  idle(): Promise<void> {
    if (this.#held === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#idle = resolve
    })
  }

  /** A failure is retried indefinitely: a lost message would leave its lifecycle waiting. */
  async #handle(message: DeliveredMessage): Promise<void> {
    const { clock, log, random } = this.#runtime
    const begun = clock.now().getTime()
    try {
      await this.#receive(message)
    } catch (error) {
      this.counts.failed++
      this.lastError = error instanceof Error ? error.message : String(error)
      const policy = { kind: 'exponential', first: '500ms', max: '1m' } as const
      const delay = Math.max(100, backOffDelay(policy, message.info.deliveries, random()))
      log.error({ err: error, lifecycle: message.subject, retryIn: delay }, 'a message to a lifecycle failed')
      message.nak(delay)
    }
    this.counts.milliseconds += clock.now().getTime() - begun
  }

  async #receive(message: DeliveredMessage): Promise<void> {
    const { clock, log } = this.#runtime
    const key = lifecycleKeyOfSubject(message.subject)
    const event = this.#read(message)
    if (!event.ok) return this.#refuse(message, event.reason)
    const id =
      message.header(lifecycleHeader.messageId) ??
      message.header(natsHeader.msgId) ??
      `${streamName.lifecycles}-${message.info.streamSequence}`
    const received = await this.#transition(message, key, { id, event: event.value, now: clock.now() })
    if (received.kind === 'unknown')
      return this.#refuse(message, `there is no lifecycle ${this.definition.name} ${key}`)
    this.counts.received++
    log.info(
      { lifecycle: this.definition.name, key, event: event.value.type, ...received },
      'lifecycle message',
    )
    message.ack()
  }

  /** The step in its transaction, in a span that continues the trace of the message. */
  #transition(
    message: DeliveredMessage,
    key: string,
    received: { readonly id: string; readonly event: { type: string }; readonly now: Date },
  ): Promise<TransitionResult> {
    const { actor, ...parent } = contextOfHeaders((name) => message.header(name))
    const attributes = {
      'messaging.system': 'nats',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': `lifecycles.${this.definition.name}`,
      'messaging.message.id': received.id,
      'lifecycle.machine': this.definition.name,
      'lifecycle.key': key,
      'lifecycle.event': received.event.type,
    }
    const span = { name: `transition ${this.definition.name}`, kind: SpanKind.CONSUMER, attributes, parent }
    return inSpan(span, async (current, trace) => {
      const result = await inContextOf({ actor, trace }, () =>
        this.#runtime.database().transaction((em, outbox) => this.#store.receive(em, outbox, key, received)),
      )
      current.setAttribute('lifecycle.outcome', result.kind)
      if (result.kind === 'advanced') current.setAttribute('lifecycle.state', JSON.stringify(result.to))
      return result
    })
  }

  #refuse(message: DeliveredMessage, reason: string): void {
    this.counts.refused++
    this.lastError = reason
    this.#runtime.log.error({ lifecycle: message.subject, reason }, 'a message to a lifecycle was refused')
    message.term(reason)
  }

  #read(message: DeliveredMessage): { ok: true; value: { type: string } } | { ok: false; reason: string } {
    if (message.problem !== undefined) return { ok: false, reason: `payload-invalid: ${message.problem}` }
    try {
      const body = JSON.parse(new TextDecoder().decode(message.data))
      if (message.header(natsHeader.scheduler)?.startsWith('lifecycle-timers.'))
        return { ok: true, value: body }
      const parsed = this.definition.event.safeParse(body)
      if (parsed.success) return { ok: true, value: parsed.data }
      return { ok: false, reason: `payload-invalid: ${parsed.error.issues[0]?.message}` }
    } catch (error) {
      return { ok: false, reason: `payload-invalid: ${String(error)}` }
    }
  }
}
