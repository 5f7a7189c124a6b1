import {
  createInbox,
  errors,
  type Msg,
  type NatsConnection,
  type Payload,
  type PublishOptions,
  type RequestManyOptions,
  type RequestOptions,
  type ServerInfo,
  type Status,
  type Subscription,
  type SubscriptionOptions,
} from '@nats-io/transport-node'
import type { MemoryServer } from './memory-server.ts'
import { MemorySubscription } from './memory-subscription.ts'
import { packetOf } from './packet.ts'

/** The version that the in-memory server reports. */
const version = '2.15.1'

/** A client's connection to a server in memory. The JetStream client of `@nats-io/jetstream` works on it as it is. */
export class MemoryConnection implements NatsConnection {
  /** Read by `@nats-io/jetstream`. */
  readonly options = {}
  /** Read by `@nats-io/jetstream`: everything that it asks for is there. */
  readonly features = { get: () => ({ ok: true, min: version }), require: () => true, supports: () => true }
  readonly info: ServerInfo = {
    client_id: 1,
    go: '',
    host: 'memory',
    max_payload: 1_048_576,
    port: 0,
    proto: 1,
    server_id: 'memory',
    server_name: 'memory',
    version,
    headers: true,
    jetstream: true,
  }
  readonly #server: MemoryServer
  readonly #subscriptions = new Set<MemorySubscription>()
  readonly #closing = Promise.withResolvers<void>()
  #isClosed = false

  constructor(server: MemoryServer) {
    this.#server = server
  }

  /** After its end it does nothing: a closed connection represents a dead process, whose handlers would be gone too. */
  publish(subject: string, payload?: Payload, options?: PublishOptions): void {
    if (!this.#isClosed) this.#server.publish(packetOf(subject, payload, options))
  }

  publishMessage(message: Msg): void {
    const { reply, headers } = message
    this.publish(message.subject, message.data, { ...(reply && { reply }), ...(headers && { headers }) })
  }

  respondMessage(message: Msg): boolean {
    return message.respond(message.data)
  }

  subscribe(subject: string, options: SubscriptionOptions = {}): Subscription {
    const subscription = new MemorySubscription(subject, options, (closed) => {
      this.#subscriptions.delete(closed)
      this.#server.unsubscribe(closed)
    })
    if (this.#isClosed) subscription.unsubscribe()
    else this.#server.subscribe(subscription)
    this.#subscriptions.add(subscription)
    return subscription
  }

  request(subject: string, payload?: Payload, options?: RequestOptions): Promise<Msg> {
    if (this.#isClosed) return Promise.reject(new errors.ClosedConnectionError())
    const answered = Promise.withResolvers<Msg>()
    const inbox = createInbox()
    const timer = setTimeout(() => answered.reject(new errors.TimeoutError()), options?.timeout ?? 1_000)
    this.subscribe(inbox, {
      max: 1,
      callback: (_error, message) => {
        if (message.headers?.code !== 503) return answered.resolve(message)
        const cause = new errors.NoRespondersError(subject)
        answered.reject(new errors.RequestError(cause.message, { cause }))
      },
    })
    this.publish(subject, payload, { reply: inbox, ...(options?.headers && { headers: options.headers }) })
    return answered.promise.finally(() => clearTimeout(timer))
  }

  async requestMany(
    subject: string,
    payload?: Payload,
    options: Partial<RequestManyOptions> = {},
  ): Promise<AsyncIterable<Msg>> {
    const inbox = createInbox()
    const subscription = this.subscribe(inbox)
    const { strategy = 'timer', maxWait = 1_000, maxMessages = -1, stall = 300 } = options
    this.publish(subject, payload, { reply: inbox, ...(options.headers && { headers: options.headers }) })
    return this.#gather(subscription, subject, strategy, { maxWait, maxMessages, stall })
  }

  async *#gather(
    subscription: Subscription,
    subject: string,
    strategy: RequestManyOptions['strategy'],
    limits: { readonly maxWait: number; readonly maxMessages: number; readonly stall: number },
  ): AsyncGenerator<Msg> {
    const end = () => subscription.unsubscribe()
    const last = setTimeout(end, limits.maxWait)
    let quiet: NodeJS.Timeout | undefined
    let count = 0
    try {
      for await (const message of subscription) {
        if (message.headers?.code === 503) throw new errors.NoRespondersError(subject)
        if (strategy === 'sentinel' && message.data.length === 0) return
        yield message
        count += 1
        if (strategy === 'count' && count === limits.maxMessages) return
        clearTimeout(quiet)
        if (strategy === 'stall') quiet = setTimeout(end, limits.stall)
      }
    } finally {
      clearTimeout(last)
      clearTimeout(quiet)
    }
  }

  async flush(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
  }

  async drain(): Promise<void> {
    await this.flush()
    await this.close()
  }

  /** What this connection held comes back after `ack_wait`, as when a worker dies. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const subjects = new Set([...this.#subscriptions].map((one) => one.getSubject()))
    for (const subscription of [...this.#subscriptions]) subscription.unsubscribe()
    this.#server.lose(subjects)
    this.#closing.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async *status(): AsyncGenerator<Status> {
    await this.#closing.promise
    yield { type: 'close' }
  }

  closed = (): Promise<void> => this.#closing.promise
  isClosed = (): boolean => this.#isClosed
  isDraining = (): boolean => false
  getServer = (): string => 'memory'
  getServers = (): [] => []
  setServers = (): void => undefined
  stats = () => ({ inBytes: 0, outBytes: 0, inMsgs: 0, outMsgs: 0 })
  rtt = async (): Promise<number> => 0
  reconnect = async (): Promise<void> => undefined
}
