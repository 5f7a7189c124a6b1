import type { ConsumerConfig } from '@nats-io/jetstream'
import type { MemoryStream, StoredMessage } from './memory-stream.ts'
import type { Packet } from './packet.ts'

/** What a consumer needs of the server around it. */
export interface ConsumerWorld {
  now(): number
  /** Whether messages of this consumer may go out at the moment. */
  isOpen(): boolean
  /** Whether anybody listens at an inbox. */
  isHeard(inbox: string): boolean
  send(inbox: string, packet: Packet): void
  /** Notifies the server of what happened to a message. */
  notify(event: ConsumerEvent): void
}

/** What happened to a delivered message. */
export interface ConsumerEvent {
  readonly kind: 'acknowledged' | 'naked' | 'terminated'
  readonly consumer: string
  readonly message: StoredMessage
  readonly deliveries: number
  readonly reason?: string
}

interface Delivery {
  count: number
  /** Out with a worker, or due again at `at` (milliseconds). */
  state: { kind: 'out'; inbox: string } | { kind: 'due'; at: number }
}

/** A durable pull consumer in memory. */
export class MemoryConsumer {
  config: ConsumerConfig
  readonly created: Date
  readonly #stream: MemoryStream
  readonly #world: ConsumerWorld
  readonly #deliveries = new Map<number, Delivery>()
  readonly #pulls: { readonly inbox: string; left: number }[] = []
  #cursor = 0
  #sent = 0

  constructor(config: ConsumerConfig, stream: MemoryStream, world: ConsumerWorld) {
    this.config = config
    this.#stream = stream
    this.#world = world
    this.created = new Date(world.now())
  }

  get name(): string {
    return this.config.durable_name ?? this.config.name ?? ''
  }

  get filters(): readonly string[] {
    return this.config.filter_subjects ?? [this.config.filter_subject ?? '>']
  }

  /** How often messages were sent out. */
  get sent(): number {
    return this.#sent
  }

  /** Messages with a worker at the moment. */
  get out(): number {
    return [...this.#deliveries.values()].filter(({ state }) => state.kind === 'out').length
  }

  /** The numbers of `CONSUMER.INFO`. */
  numbers() {
    return {
      num_pending: [...this.#stream.matching(this.filters, this.#cursor + 1)].length,
      num_ack_pending: this.#deliveries.size,
      num_redelivered: [...this.#deliveries.values()].filter(({ count }) => count > 1).length,
      num_waiting: this.#pulls.length,
    }
  }

  isOut(sequence: number): boolean {
    return this.#deliveries.get(sequence)?.state.kind === 'out'
  }

  isWaiting(sequence: number): boolean {
    return this.#deliveries.get(sequence)?.state.kind === 'due'
  }

  get inboxes(): readonly string[] {
    return this.#pulls.map(({ inbox }) => inbox)
  }

  pull(inbox: string, count: number): void {
    this.#pulls.push({ inbox, left: count })
  }

  /** When, later than now, a message comes back by itself, milliseconds. */
  nextDue(): number | undefined {
    const now = this.#world.now()
    const times = [...this.#deliveries.values()].map(({ state }) => (state.kind === 'due' ? state.at : 0))
    const next = Math.min(...times.filter((at) => at > now))
    return Number.isFinite(next) ? next : undefined
  }

  /** Sends what may be sent to who has asked for it. */
  deliver(): void {
    for (let message = this.#nextReady(); message; message = this.#nextReady()) {
      const pull = this.#pulls[0]
      if (!pull || this.#isPaused() || !this.#world.isOpen()) return
      if (pull.left === 0 || !this.#world.isHeard(pull.inbox)) {
        this.#pulls.shift()
        continue
      }
      pull.left -= 1
      this.#world.send(pull.inbox, this.#packet(message, pull.inbox))
    }
  }

  /** What a worker says about a message: `+ACK`, `-NAK {"delay": …}`, `+TERM reason`, `+WPI`. */
  acknowledge(sequence: number, body: string): void {
    const delivery = this.#deliveries.get(sequence)
    const message = this.#stream.get(sequence)
    if (!message) {
      this.#deliveries.delete(sequence)
      return
    }
    if (body.startsWith('+WPI')) return
    const what = { consumer: this.name, message, deliveries: delivery?.count ?? 1 }
    if (body.startsWith('-NAK')) {
      const delay = /"delay":\s*(\d+)/.exec(body)
      if (delivery)
        delivery.state = { kind: 'due', at: this.#world.now() + Number(delay?.[1] ?? 0) / 1_000_000 }
      this.#world.notify({ kind: 'naked', ...what })
      return
    }
    this.#deliveries.delete(sequence)
    if (this.#stream.config.retention === 'workqueue') this.#stream.remove(sequence)
    const terminated = body.startsWith('+TERM')
    this.#world.notify({
      kind: terminated ? 'terminated' : 'acknowledged',
      ...what,
      ...(terminated && { reason: body.slice(6) }),
    })
  }

  /** A worker is gone: what it held comes back after `ack_wait`. */
  lose(inboxes: ReadonlySet<string>): void {
    const at = this.#world.now() + Number(this.config.ack_wait ?? 30_000_000_000) / 1_000_000
    for (const delivery of this.#deliveries.values()) {
      const { state } = delivery
      if (state.kind === 'out' && inboxes.has(state.inbox)) delivery.state = { kind: 'due', at }
    }
  }

  #isPaused(): boolean {
    return Date.parse(this.config.pause_until ?? '') > this.#world.now()
  }

  #nextReady(): StoredMessage | undefined {
    const now = this.#world.now()
    for (const [sequence, { state }] of this.#deliveries) {
      if (!this.#stream.get(sequence)) this.#deliveries.delete(sequence)
      else if (state.kind === 'due' && state.at <= now) return this.#stream.get(sequence)
    }
    if (this.#deliveries.size >= (this.config.max_ack_pending ?? 1_000)) return undefined
    return this.#stream.matching(this.filters, this.#cursor + 1).next().value ?? undefined
  }

  #packet(message: StoredMessage, inbox: string): Packet {
    const known = this.#deliveries.get(message.sequence)
    const count = (known?.count ?? 0) + 1
    this.#deliveries.set(message.sequence, { count, state: { kind: 'out', inbox } })
    this.#cursor = Math.max(this.#cursor, message.sequence)
    this.#sent += 1
    const place = `${count}.${message.sequence}.${this.#sent}.${message.storedAt}000000`
    const reply = `$JS.ACK.${this.#stream.config.name}.${this.name}.${place}.${this.numbers().num_pending}`
    return { subject: message.subject, reply, headers: message.headers, data: message.data }
  }
}
