import type { JobSource } from '@danbooru-jobs/contracts/wire'
import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node'
import { headerBlock } from './header-block.ts'

/** The sequence of a message in its stream and how often it was delivered, as its reply subject says. */
export interface DeliveryInfo {
  readonly stream: string
  readonly consumer: string
  /** How often the server has delivered the message, this time included. */
  readonly deliveries: number
  readonly streamSequence: number
  /** When the message was stored, milliseconds. */
  readonly storedAt: number
  /** How many messages the consumer has not delivered yet. */
  readonly pending: number
}

/**
 * Reads an acknowledgment subject: `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time>.<pending>`,
 * with `<domain>.<account>` after `ACK` in its second version (ADR-15).
 */
export function parseAckSubject(subject: string): DeliveryInfo | undefined {
  const tokens = subject.split('.')
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) return undefined
  const at = tokens.length === 9 ? 2 : 4
  return {
    stream: tokens[at] ?? '',
    consumer: tokens[at + 1] ?? '',
    deliveries: Number(tokens[at + 2]),
    streamSequence: Number(tokens[at + 3]),
    // As a number, nanoseconds since 1970 lose their last digits, and now and then a millisecond.
    storedAt: Number((tokens[at + 5] ?? '').slice(0, -6)),
    pending: Number(tokens[at + 6]),
  }
}

/** A message of a work queue that a worker holds. The first of `ack`, `nak` and `term` counts. */
export class DeliveredMessage {
  readonly subject: string
  readonly data: Uint8Array
  readonly info: DeliveryInfo
  /** The subject of acknowledgments and heartbeats. */
  readonly reply: string
  readonly #message: Msg
  readonly #connection: NatsConnection
  #firstValues: ReadonlyMap<string, string> | undefined

  constructor(message: Msg, reply: string, info: DeliveryInfo, connection: NatsConnection) {
    this.subject = message.subject
    this.data = message.data
    this.#message = message
    this.reply = reply
    this.info = info
    this.#connection = connection
  }

  /** Read when they are asked for. */
  get headers(): MsgHdrs | undefined {
    return this.#message.headers
  }

  /** The headers as they came, see {@link headerBlock}. */
  get headerBlock(): Uint8Array | undefined {
    return headerBlock(this.#message)
  }

  /** The message as the source of follow-up messages of its job. */
  get source(): JobSource {
    const { streamSequence: sequence, storedAt } = this.info
    return {
      subject: this.subject,
      headers: this.headers ?? [],
      body: this.data,
      sequence,
      storedAt: new Date(storedAt),
    }
  }

  /** The first value of a header, spelled exactly so; undefined for an empty one. */
  header(name: string): string | undefined {
    this.#firstValues ??= firstValuesOf(this.headers)
    return this.#firstValues.get(name)
  }

  /** Takes the message off the queue. */
  ack(): void {
    this.#connection.publish(this.reply, acknowledgment)
  }

  /** Takes the message off the queue: `ack`, or `term` with the reason why the job is not done. */
  settle(reason?: string): void {
    if (reason === undefined) this.ack()
    else this.term(reason)
  }

  /**
   * As {@link settle}, but resolves only when the server has confirmed it.
   *
   * @param timeout milliseconds.
   */
  async settleConfirmed(timeout: number, reason?: string): Promise<void> {
    const settlement = reason === undefined ? '+ACK' : `+TERM ${oneLine(reason)}`
    await this.#connection.request(this.reply, settlement, { timeout })
  }

  /** Asks for the message again. The server drops a delay that is not whole nanoseconds and redelivers at once. */
  nak(delay: number): void {
    this.#connection.publish(this.reply, `-NAK {"delay": ${Math.max(1, Math.ceil(delay)) * 1_000_000}}`)
  }

  /** Takes the message off the queue for good; the server publishes the reason in an advisory. */
  term(reason: string): void {
    this.#connection.publish(this.reply, `+TERM ${oneLine(reason)}`)
  }
}

const acknowledgment = new TextEncoder().encode('+ACK')

/** Each look-up in the client's own headers goes through all of them, and a job needs six. */
function firstValuesOf(headers: MsgHdrs | undefined): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  if (headers === undefined) return values
  for (const [name, [first]] of headers) if (first) values.set(name, first)
  return values
}

/** The server reads a reason up to the line's end; 1 kB of it is enough to act on. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 1_000)
}
