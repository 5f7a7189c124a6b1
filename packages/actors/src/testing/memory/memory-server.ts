import { jobLogPrefix, natsHeader } from '@danbooru-jobs/contracts/wire'
import { headers } from '@nats-io/transport-node'
import type { Clock } from '../../environment/environment.ts'
import { answerApi } from './api.ts'
import { type ConsumerEvent, MemoryConsumer } from './memory-consumer.ts'
import type { MemoryStream, Stored, StoredMessage } from './memory-stream.ts'
import type { MemorySubscription } from './memory-subscription.ts'
import { copyOf, jsonPacket, messageOf, type Packet, packetOf, statusPacket, textOf } from './packet.ts'
import { dueAt, firedBy, repeats } from './schedules.ts'
import { matches, republishTarget } from './subject-match.ts'

/**
 * As much of a NATS server with JetStream as danbooru-jobs uses, in memory and on a clock that stands still until it is moved: subjects,
 * streams, pull consumers, schedules, deduplication, expectations, atomic batches, metrics and advisories.
 */
export class MemoryServer {
  readonly clock: Clock
  readonly streams = new Map<string, MemoryStream>()
  readonly consumers = new Map<string, Map<string, MemoryConsumer>>()
  readonly #subscriptions = new Set<MemorySubscription>()
  readonly #isOpen: (consumer: string) => boolean
  readonly #queue: (() => void)[] = []
  /** When schedules that repeat have fired last, milliseconds. */
  readonly #fired = new WeakMap<StoredMessage, number>()
  #isTurning = false

  /** @param isOpen whether messages of a consumer may go out at the moment. */
  constructor(clock: Clock, isOpen: (consumer: string) => boolean) {
    this.clock = clock
    this.#isOpen = isOpen
  }

  get now(): number {
    return this.clock.now().getTime()
  }

  /** Whether anything is on its way at this moment. */
  get isTurning(): boolean {
    return this.#isTurning
  }

  /** Messages that are with a worker. */
  get out(): number {
    return this.allConsumers().reduce((sum, consumer) => sum + consumer.out, 0)
  }

  allConsumers(): MemoryConsumer[] {
    return [...this.consumers.values()].flatMap((ofStream) => [...ofStream.values()])
  }

  subscribe(subscription: MemorySubscription): void {
    this.#subscriptions.add(subscription)
  }

  unsubscribe(subscription: MemorySubscription): void {
    this.#subscriptions.delete(subscription)
  }

  /** Takes a message in; what follows from it happens soon after, in order. */
  publish(packet: Packet): void {
    this.#later(() => this.#route(packet))
  }

  /** Makes or changes a durable consumer. */
  putConsumer(stream: MemoryStream, config: MemoryConsumer['config']): MemoryConsumer {
    const ofStream = this.consumers.get(stream.config.name) ?? new Map<string, MemoryConsumer>()
    this.consumers.set(stream.config.name, ofStream)
    const name = config.durable_name ?? config.name ?? ''
    const known = ofStream.get(name)
    if (known) {
      known.config = { ...known.config, ...config }
      return known
    }
    const made = new MemoryConsumer(config, stream, {
      now: () => this.now,
      isOpen: () => this.#isOpen(name),
      isHeard: (inbox) => this.#listenerAt(inbox) !== undefined,
      send: (inbox, message) => this.#sendTo(inbox, message),
      notify: (event) => this.#notify(stream, event),
    })
    ofStream.set(name, made)
    return made
  }

  /** When, later than now, something happens by itself next, milliseconds. */
  nextDue(): number | undefined {
    const times = this.allConsumers().flatMap((consumer) => consumer.nextDue() ?? [])
    for (const stream of this.streams.values()) {
      if (!stream.config.allow_msg_schedules) continue
      for (const message of stream.matching(['>'])) times.push(this.#dueAt(message))
    }
    const next = Math.min(...times.filter((at) => at > this.now))
    return Number.isFinite(next) ? next : undefined
  }

  /** Does what is due: to be called when the clock was moved or a gate was opened. */
  wake(): void {
    this.#later(() => {
      for (const stream of this.streams.values()) this.#fireSchedules(stream)
      for (const consumer of this.allConsumers()) consumer.deliver()
    })
  }

  /** A heartbeat to every client that waits for messages, as the server sends every few seconds. */
  heartbeat(): void {
    for (const inbox of this.allConsumers().flatMap((consumer) => consumer.inboxes)) {
      this.#sendTo(inbox, statusPacket(inbox, 100, 'Idle Heartbeat'))
    }
  }

  /** A client's connection has broken. */
  lose(subjects: ReadonlySet<string>): void {
    for (const consumer of this.allConsumers()) consumer.lose(subjects)
    this.wake()
  }

  #later(work: () => void): void {
    this.#queue.push(work)
    if (this.#isTurning) return
    this.#isTurning = true
    queueMicrotask(() => this.#turn())
  }

  #turn(): void {
    for (let work = this.#queue.shift(); work; work = this.#queue.shift()) work()
    this.#isTurning = false
  }

  #route(packet: Packet): void {
    if (packet.subject.startsWith('$JS.ACK.')) {
      this.#acknowledge(packet)
      return
    }
    if (packet.subject.startsWith('$JS.API.')) {
      for (const answer of answerApi(this, packet)) this.#reply(packet, answer)
      for (const consumer of this.allConsumers()) consumer.deliver()
      return
    }
    const stream = [...this.streams.values()].find((one) => one.owns(packet.subject))
    if (stream) this.#store(stream, packet)
    const heard = this.#deliver(packet)
    if (!stream && !heard) this.#reply(packet, statusPacket('', 503, 'No Responders'))
  }

  #store(stream: MemoryStream, packet: Packet): void {
    const answer = stream.publish(packet, this.now, (message) => this.#republish(stream, message))
    if (!stream.config.no_ack) this.#reply(packet, publishAnswer(stream, answer))
    this.#fireSchedules(stream)
    for (const consumer of this.consumers.get(stream.config.name)?.values() ?? []) consumer.deliver()
  }

  #republish(stream: MemoryStream, message: StoredMessage): void {
    const rule = stream.config.republish
    const subject = rule && republishTarget(rule, message.subject)
    if (!subject) return
    const carried = copyOf(message.headers)
    for (const name of carried.keys()) {
      if (/^Nats-(Batch|Expected|Schedule)/.test(name)) carried.delete(name)
    }
    carried.set(natsHeader.stream, stream.config.name)
    carried.set(natsHeader.subject, message.subject)
    carried.set(natsHeader.sequence, String(message.sequence))
    carried.set(natsHeader.timeStamp, new Date(message.storedAt).toISOString())
    this.publish({ subject, reply: undefined, headers: carried, data: message.data })
  }

  #fireSchedules(stream: MemoryStream): void {
    if (!stream.config.allow_msg_schedules) return
    const due = [...stream.matching(['>'])].filter((message) => this.#dueAt(message) <= this.now)
    for (const message of due) {
      // What one of them has stored fires what is due too.
      if (!stream.get(message.sequence) || this.#dueAt(message) > this.now) continue
      const at = this.#dueAt(message)
      if (repeats(message)) this.#fired.set(message, this.now)
      else stream.remove(message.sequence)
      this.#route(firedBy(message, at))
    }
  }

  #dueAt(message: StoredMessage): number {
    return dueAt(message, this.#fired.get(message)) ?? Number.POSITIVE_INFINITY
  }

  #acknowledge(packet: Packet): void {
    const [, , stream = '', consumer = '', , sequence] = packet.subject.split('.')
    const known = this.consumers.get(stream)?.get(consumer)
    known?.acknowledge(Number(sequence), textOf(packet.data))
    known?.deliver()
    this.#reply(packet, packetOf('', ''))
  }

  #notify(stream: MemoryStream, event: ConsumerEvent): void {
    const place = `${stream.config.name}.${event.consumer}`
    const body = {
      timestamp: this.clock.now().toISOString(),
      stream: stream.config.name,
      consumer: event.consumer,
      stream_seq: event.message.sequence,
      deliveries: event.deliveries,
    }
    switch (event.kind) {
      case 'acknowledged':
        this.publish(jsonPacket(`${jobLogPrefix.acknowledged}${place}`, body))
        break
      case 'naked':
        this.publish(jsonPacket(`${jobLogPrefix.advisory}MSG_NAKED.${place}`, body))
        break
      case 'terminated': {
        const terminated = { ...body, reason: event.reason }
        this.publish(jsonPacket(`${jobLogPrefix.advisory}MSG_TERMINATED.${place}`, terminated))
        break
      }
      default:
        event.kind satisfies never
    }
  }

  #reply(packet: Packet, answer: Packet): void {
    if (packet.reply !== undefined)
      this.#sendTo(packet.reply, { ...answer, subject: answer.subject || packet.reply })
  }

  #deliver(packet: Packet): boolean {
    const hearing = [...this.#subscriptions].filter((one) => matches(one.getSubject(), packet.subject))
    const queues = new Set<string>()
    for (const subscription of hearing) {
      if (subscription.queue !== undefined && queues.has(subscription.queue)) continue
      if (subscription.queue !== undefined) queues.add(subscription.queue)
      this.#hand(subscription, packet)
    }
    return hearing.length > 0
  }

  #listenerAt(inbox: string): MemorySubscription | undefined {
    return [...this.#subscriptions].find((one) => matches(one.getSubject(), inbox))
  }

  #sendTo(inbox: string, packet: Packet): void {
    const subscription = this.#listenerAt(inbox)
    if (subscription) this.#hand(subscription, packet)
  }

  #hand(subscription: MemorySubscription, packet: Packet): void {
    const message = messageOf(packet, (subject, payload, options) =>
      this.publish(packetOf(subject, payload, options)),
    )
    this.#later(() => subscription.receive(message))
  }
}

function publishAnswer(stream: MemoryStream, answer: Stored): Packet {
  switch (answer.kind) {
    case 'stored': {
      const { sequence: seq, duplicate } = answer
      return jsonPacket('', { stream: stream.config.name, seq, ...(duplicate && { duplicate }) })
    }
    case 'staged':
      return { ...packetOf('', ''), headers: headers() }
    case 'refused': {
      const { code: err_code, description } = answer
      return jsonPacket('', {
        error: { code: 400, err_code, description },
        stream: stream.config.name,
        seq: 0,
      })
    }
    default:
      return answer satisfies never
  }
}
