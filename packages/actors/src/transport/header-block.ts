import type { MsgHdrs } from '@nats-io/transport-node'

/** A message as a client of NATS gives it, with a reply subject or without. */
export interface ReceivedMessage {
  readonly subject: string
  readonly reply?: string
  readonly data: Uint8Array
  readonly headers?: MsgHdrs | undefined
}

const version = new TextEncoder().encode('NATS/1.0')

/**
 * A message's headers as they came over the wire, `NATS/1.0\r\nName: value\r\n…`, for those who read so many messages that
 * `message.headers`, which checks every name and value, is too slow. A view of memory that the message holds.
 *
 * The client lays headers and body down side by side, and gives the length of both. Undefined if there are no headers, or if they do
 * not lie there: then `message.headers` has them.
 */
export function headerBlock(message: ReceivedMessage): Uint8Array | undefined {
  const { data, subject, reply = '' } = message
  const length = sizeOf(message) - subject.length - reply.length - data.length
  if (length < version.length || length > data.byteOffset) return undefined
  const block = new Uint8Array(data.buffer, data.byteOffset - length, length)
  return version.every((byte, index) => block[index] === byte) ? block : undefined
}

/** Of subject, reply, headers and body together; the client has it, though its interface leaves it out. */
function sizeOf(message: ReceivedMessage): number {
  return 'size' in message && typeof message.size === 'function' ? Number(message.size()) : 0
}
