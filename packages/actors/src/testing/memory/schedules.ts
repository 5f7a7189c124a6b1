import { natsHeader } from '@danbooru-jobs/contracts'
import { headers } from '@nats-io/transport-node'
import type { StoredMessage } from './memory-stream.ts'
import type { Packet } from './packet.ts'

/**
 * When a stored schedule fires, milliseconds. Only `@at` fires in memory; what repeats is stored and stays silent, because a frozen clock
 * that is moved by days would fire it without end.
 */
export function dueAt(message: StoredMessage): number | undefined {
  const match = /^@at (.+)$/.exec(message.headers.get(natsHeader.schedule))
  const at = match ? Date.parse(match[1] ?? '') : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

/** What a schedule produces: its message on the target subject, without the server's own headers. */
export function firedBy(message: StoredMessage): Packet {
  const carried = headers()
  for (const name of message.headers.keys()) {
    if (!name.startsWith('Nats-'))
      for (const value of message.headers.values(name)) carried.append(name, value)
  }
  carried.set(natsHeader.scheduler, message.subject)
  carried.set(natsHeader.scheduleNext, 'purge')
  const subject = message.headers.get(natsHeader.scheduleTarget)
  return { subject, reply: undefined, headers: carried, data: message.data }
}
