import { z } from 'zod'
import { parsePayload } from '../define/payload.ts'
import { lifecycleHeader, natsHeader } from './headers.ts'
import type { LifecycleReference } from './lifecycle-reference.ts'
import { type OutgoingMessage, scheduleHeaders } from './outgoing-message.ts'
import { subjects } from './subjects.ts'

/**
 * The body of every message to a lifecycle actor: `type` names it, what else there is belongs to that type. The
 * machine's own schemas decide about the rest.
 */
export const lifecycleEnvelope = z.looseObject({
  type: z.string().regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/, 'expected a type such as job.done'),
})

/** A message to a lifecycle actor. */
export type LifecycleEnvelope = z.output<typeof lifecycleEnvelope>

/** When a message to a lifecycle is to arrive later: its timer's name (one message per timer) and the time. */
export interface LifecycleTimer {
  readonly name: string
  readonly at: Date
}

/**
 * A message to a lifecycle actor as a message, now or, with a timer, later. The same id is delivered once.
 *
 * @throws PayloadInvalidError if the envelope has no proper type.
 */
export function lifecycleMessage(
  { machine, key }: LifecycleReference,
  envelope: LifecycleEnvelope,
  { id, timer }: { readonly id: string; readonly timer?: LifecycleTimer },
): OutgoingMessage {
  const target = subjects.lifecycle(machine, key)
  return {
    subject: timer === undefined ? target : subjects.lifecycleTimer(machine, key, timer.name),
    headers: {
      [natsHeader.msgId]: id,
      [lifecycleHeader.messageId]: id,
      [lifecycleHeader.key]: encodeURIComponent(key),
      ...(timer === undefined ? {} : scheduleHeaders(timer.at, target)),
    },
    body: JSON.stringify(parsePayload(target, lifecycleEnvelope, envelope)),
  }
}
