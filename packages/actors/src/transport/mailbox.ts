import { createInbox, type Msg, type Subscription } from '@nats-io/transport-node'
import type { Clock } from '../environment/environment.ts'
import { DeliveredMessage, parseAckSubject } from './delivered-message.ts'
import { type ListenRuntime, listen } from './guard.ts'

/** Receives what a mailbox pulls. */
export interface MailboxListener {
  onMessage(message: DeliveredMessage): void
  /** Pull requests have expired or failed: the listener may request again. */
  onLapsed(problem: MailboxProblem | undefined): void
}

/** Why pull requests failed, other than by expiring. */
export interface MailboxProblem {
  readonly kind: 'consumer-gone' | 'no-responders' | 'silent' | 'refused'
  readonly message: string
}

const expires = 30_000
const idleHeartbeat = 5_000

/** What a mailbox needs of a process. */
export interface MailboxRuntime extends ListenRuntime {
  readonly clock: Clock
}

/**
 * Pulls messages from a durable consumer, exactly as many as were requested: a message that is pulled and not started cannot be
 * delivered to another worker until `ack_wait`, so no worker requests more than it has room for.
 */
export class Mailbox {
  readonly #runtime: MailboxRuntime
  readonly #pullSubject: string
  readonly #listener: MailboxListener
  #inbox = ''
  #subscription: Subscription | undefined
  #outstanding = 0
  #heardAt = 0
  #heardSince = false

  constructor(
    runtime: MailboxRuntime,
    source: { readonly stream: string; readonly consumer: string },
    listener: MailboxListener,
  ) {
    this.#runtime = runtime
    this.#pullSubject = `$JS.API.CONSUMER.MSG.NEXT.${source.stream}.${source.consumer}`
    this.#listener = listener
  }

  get #now(): number {
    return this.#runtime.clock.now().getTime()
  }

  /** How many messages were requested and have not arrived. */
  get outstanding(): number {
    return this.#outstanding
  }

  /** Requests `count` more messages. On a connection that was closed for good it does nothing: nothing can arrive any more. */
  request(count: number): void {
    if (this.#runtime.nats.isClosed()) return
    if (!this.#subscription) this.#listen()
    const pull = { batch: count, expires: expires * 1_000_000, idle_heartbeat: idleHeartbeat * 1_000_000 }
    this.#outstanding += count
    this.#runtime.nats.publish(this.#pullSubject, JSON.stringify(pull), { reply: this.#inbox })
  }

  /** Drops all requests; called after a reconnect and when the server has gone silent. */
  reset(problem?: MailboxProblem): void {
    this.#subscription?.unsubscribe()
    this.#subscription = undefined
    this.#outstanding = 0
    this.#listener.onLapsed(problem)
  }

  /** To be called about once a second: detects that the server does not answer any more. */
  check(): void {
    if (this.#heardSince) this.#heardAt = this.#now
    this.#heardSince = false
    if (this.#outstanding === 0 || this.#now - this.#heardAt < 3 * idleHeartbeat) return
    this.reset({ kind: 'silent', message: 'no heartbeat from the consumer' })
  }

  /** Stops pulling. What the server has already sent arrives before the promise resolves. */
  async stop(): Promise<void> {
    if (!this.#runtime.nats.isClosed()) await this.#subscription?.drain()
    this.#subscription = undefined
    this.#outstanding = 0
  }

  #listen(): void {
    this.#inbox = createInbox()
    this.#heardAt = this.#now
    const onMessage = (message: Msg) => {
      if (subscription === this.#subscription) this.#receive(message)
    }
    const what = `taking a message of ${this.#pullSubject}`
    const subscription: Subscription = listen(this.#runtime, this.#inbox, onMessage, { what })
    this.#subscription = subscription
  }

  #receive(message: Msg): void {
    this.#heardSince = true
    const info = message.reply === undefined ? undefined : parseAckSubject(message.reply)
    if (message.reply === undefined || info === undefined) {
      this.#receiveStatus(message)
      return
    }
    this.#outstanding = Math.max(0, this.#outstanding - 1)
    this.#listener.onMessage(new DeliveredMessage(message, message.reply, info, this.#runtime.nats))
  }

  #receiveStatus(message: Msg): void {
    const code = message.headers?.code ?? 0
    if (code === 100) return
    const unanswered = Number(message.headers?.get('Nats-Pending-Messages') || this.#outstanding)
    this.#outstanding = Math.max(0, this.#outstanding - unanswered)
    this.#listener.onLapsed(problemOfStatus(code, message.headers?.description ?? ''))
  }
}

/** What a status message of a pull consumer means (NATS documentation, "JetStream wire API": statuses of a pull). */
export function problemOfStatus(code: number, description: string): MailboxProblem | undefined {
  if (code === 404 || code === 408) return undefined
  if (code === 503) return { kind: 'no-responders', message: 'no server answers for the consumer' }
  if (/consumer deleted|consumer not found/i.test(description))
    return { kind: 'consumer-gone', message: description }
  if (/leadership change|server shutdown/i.test(description)) return undefined
  return { kind: 'refused', message: `${code} ${description}`.trim() }
}
