import type { Msg, Subscription, SubscriptionOptions } from '@nats-io/transport-node'

/** A subscription in memory: calls back, or is iterated. */
export class MemorySubscription implements Subscription {
  readonly closed: Promise<void>
  readonly queue: string | undefined
  callback: Subscription['callback']
  readonly #subject: string
  readonly #max: number | undefined
  readonly #onClose: (subscription: MemorySubscription) => void
  readonly #closing = Promise.withResolvers<void>()
  readonly #waiting: Msg[] = []
  #wake: (() => void) | undefined
  #received = 0
  #isClosed = false

  constructor(
    subject: string,
    options: SubscriptionOptions,
    onClose: (subscription: MemorySubscription) => void,
  ) {
    this.#subject = subject
    this.queue = options.queue
    this.#max = options.max
    this.#onClose = onClose
    this.closed = this.#closing.promise
    this.callback =
      options.callback ??
      ((_error, message) => {
        this.#waiting.push(message)
        this.#wake?.()
      })
  }

  receive(message: Msg): void {
    if (this.#isClosed) return
    this.#received += 1
    void this.callback(null, message)
    if (this.#received === this.#max) this.unsubscribe()
  }

  unsubscribe(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#onClose(this)
    this.#closing.resolve()
    this.#wake?.()
  }

  async drain(): Promise<void> {
    // What is on its way already arrives before the subscription ends.
    await new Promise((resolve) => setImmediate(resolve))
    this.unsubscribe()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.drain()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Msg> {
    try {
      while (!this.#isClosed || this.#waiting.length > 0) {
        const next = this.#waiting.shift()
        if (next) yield next
        else {
          const woken = Promise.withResolvers<void>()
          this.#wake = woken.resolve
          await woken.promise
        }
      }
    } finally {
      this.unsubscribe()
    }
  }

  isDraining = (): boolean => false
  isClosed = (): boolean => this.#isClosed
  getSubject = (): string => this.#subject
  getReceived = (): number => this.#received
  getProcessed = (): number => this.#received - this.#waiting.length
  getPending = (): number => this.#waiting.length
  getID = (): number => 0
  getMax = (): number | undefined => this.#max
}
