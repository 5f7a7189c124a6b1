import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node'
import { DeliveredMessage, parseAckSubject } from './delivered-message.ts'

/** What a mailbox tells about itself. */
export interface MailboxListener {
  onMessage(message: DeliveredMessage): void
  /** Requests have lapsed or failed: the worker may ask anew. */
  onLapsed(problem: MailboxProblem | undefined): void
}

/** Why requests failed, when the reason is more than their running out. */
export interface MailboxProblem {
  readonly kind: 'consumer-gone' | 'no-responders' | 'silent' | 'refused'
  readonly message: string
}

const expires = 30_000
const idleHeartbeat = 5_000

/**
 * Pulls messages from a durable consumer, exactly as many as were asked for: a message pulled and not started stays taken
 * until `ack_wait`, so nobody asks for more than there is room to run.
 */
export class Mailbox {
  readonly #connection: NatsConnection
  readonly #pullSubject: string
  readonly #listener: MailboxListener
  readonly #now: () => number
  #inbox = ''
  #subscription: Subscription | undefined
  #outstanding = 0
  #heardAt = 0
  #heardSince = false

  constructor(
    connection: NatsConnection,
    source: { readonly stream: string; readonly consumer: string },
    listener: MailboxListener,
    now: () => number,
  ) {
    this.#connection = connection
    this.#pullSubject = `$JS.API.CONSUMER.MSG.NEXT.${source.stream}.${source.consumer}`
    this.#listener = listener
    this.#now = now
  }

  /** How many messages were asked for and have not come yet. */
  get outstanding(): number {
    return this.#outstanding
  }

  /** Asks for `count` messages more. */
  request(count: number): void {
    if (!this.#subscription) this.#listen()
    const pull = { batch: count, expires: expires * 1_000_000, idle_heartbeat: idleHeartbeat * 1_000_000 }
    this.#outstanding += count
    this.#connection.publish(this.#pullSubject, JSON.stringify(pull), { reply: this.#inbox })
  }

  /** Forgets all requests; called after a reconnect and when the server has gone silent. */
  reset(problem?: MailboxProblem): void {
    this.#subscription?.unsubscribe()
    this.#subscription = undefined
    this.#outstanding = 0
    this.#listener.onLapsed(problem)
  }

  /** To be called now and then: notices that the server does not answer any more. */
  check(): void {
    if (this.#heardSince) this.#heardAt = this.#now()
    this.#heardSince = false
    if (this.#outstanding === 0 || this.#now() - this.#heardAt < 3 * idleHeartbeat) return
    this.reset({ kind: 'silent', message: 'no sign of life from the consumer' })
  }

  /** Stops pulling. What the server has sent already still arrives before the promise resolves. */
  async stop(): Promise<void> {
    await this.#subscription?.drain()
    this.#subscription = undefined
    this.#outstanding = 0
  }

  #listen(): void {
    this.#inbox = createInbox()
    this.#heardAt = this.#now()
    const subscription = this.#connection.subscribe(this.#inbox, {
      callback: (error, message) => {
        if (error === null && subscription === this.#subscription) this.#receive(message)
      },
    })
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
    this.#listener.onMessage(new DeliveredMessage(message, message.reply, info, this.#connection))
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
