import { headers, type Msg, type MsgHdrs, type Payload, type PublishOptions } from '@nats-io/transport-node'

/** A message on its way. */
export interface Packet {
  readonly subject: string
  readonly reply: string | undefined
  readonly headers: MsgHdrs | undefined
  readonly data: Uint8Array
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const nothing = new Uint8Array()

/** What a client hands over, as a packet. */
export function packetOf(subject: string, payload?: Payload, options: PublishOptions = {}): Packet {
  const data = typeof payload === 'string' ? encoder.encode(payload) : (payload ?? nothing)
  return { subject, reply: options.reply, headers: options.headers && copyOf(options.headers), data }
}

/** A packet with a JSON body. */
export function jsonPacket(subject: string, body: unknown): Packet {
  return packetOf(subject, JSON.stringify(body))
}

/** A packet that has only a status, as the server sends them: `100 Idle Heartbeat`. */
export function statusPacket(subject: string, code: number, description: string): Packet {
  return { subject, reply: undefined, headers: headers(code, description), data: nothing }
}

/** A copy of headers that the caller may go on changing. */
export function copyOf(from: MsgHdrs): MsgHdrs {
  const copy = headers(from.code, from.description)
  for (const name of from.keys()) for (const value of from.values(name)) copy.append(name, value)
  return copy
}

/** The body as text. */
export function textOf(data: Uint8Array): string {
  return decoder.decode(data)
}

/** The packet as a client receives it. */
export function messageOf(
  packet: Packet,
  send: (subject: string, payload?: Payload, options?: PublishOptions) => void,
): Msg {
  const { subject, reply, data } = packet
  return {
    subject,
    sid: 0,
    ...(reply !== undefined && { reply }),
    ...(packet.headers && { headers: packet.headers }),
    data,
    respond(payload, options) {
      if (reply === undefined) return false
      send(reply, payload, options)
      return true
    },
    json: (reviver) => JSON.parse(textOf(data), reviver),
    string: () => textOf(data),
  }
}
