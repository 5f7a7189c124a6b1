import { cronRuleOf, natsHeader } from '@danbooru-jobs/contracts/wire'
import { headers } from '@nats-io/transport-node'
import { nextDue } from '../../schedule/calendar.ts'
import type { StoredMessage } from './memory-stream.ts'
import type { Packet } from './packet.ts'

/**
 * When a stored schedule fires, milliseconds; undefined for what is none.
 *
 * @param firedAt when one that repeats has fired last.
 */
export function dueAt(message: StoredMessage, firedAt = message.storedAt): number | undefined {
  const schedule = message.headers.get(natsHeader.schedule)
  if (schedule === '') return undefined
  const match = /^@at (.+)$/.exec(schedule)
  if (!match) return nextDue(ruleOf(message), new Date(firedAt))?.getTime()
  const at = Date.parse(match[1] ?? '')
  return Number.isNaN(at) ? undefined : at
}

/** Whether a schedule stays when it has fired. */
export function repeats(message: StoredMessage): boolean {
  const schedule = message.headers.get(natsHeader.schedule)
  return schedule !== '' && !schedule.startsWith('@')
}

/** What a schedule that is due at `due` (milliseconds) produces: its message on the target subject, without the server's own headers. */
export function firedBy(message: StoredMessage, due: number): Packet {
  const carried = headers()
  for (const name of message.headers.keys()) {
    if (!name.startsWith('Nats-'))
      for (const value of message.headers.values(name)) carried.append(name, value)
  }
  carried.set(natsHeader.scheduler, message.subject)
  const next = repeats(message) ? nextDue(ruleOf(message), new Date(due))?.toISOString() : 'purge'
  if (next !== undefined) carried.set(natsHeader.scheduleNext, next)
  const subject = message.headers.get(natsHeader.scheduleTarget)
  return { subject, reply: undefined, headers: carried, data: message.data }
}

function ruleOf(message: StoredMessage) {
  const { cron, timeZone } = cronRuleOf((name) => message.headers.get(name))
  return { cron, timeZone: timeZone || 'UTC' }
}
