import type { JobType } from '@danbooru-jobs/contracts'
import { jobHeader, natsHeader, type OutgoingMessage, subjects } from '@danbooru-jobs/contracts/wire'

/** A dead letter: everything that is needed to publish the job again. */
export interface DeadLetter {
  readonly id: string
  readonly type: string
  /** Where it was queued: `jobs.<type>` or `jobs.<type>.<key>`. */
  readonly subject: string
  readonly sequence: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly enqueuedAt: Date
  readonly actor: string | null
  readonly batch: string | null
}

/**
 * A dead letter as a message that starts it again at zero attempts, under its own id.
 *
 * The message id is new, because the server may remember the old one, and made from the dead letter's place in the stream: two
 * operators who redrive it at once publish it once. A job of a unique type is not queued beside one of its key that is.
 *
 * @param at when it is to run; undefined for now.
 */
export function redriveMessage(
  letter: DeadLetter,
  type: JobType | undefined,
  at: Date | undefined,
): OutgoingMessage {
  const key = letter.subject.split('.')[2]
  const carried = {
    ...Object.fromEntries(Object.entries(letter.headers).filter(([name]) => !name.startsWith('Nats-'))),
    ...(letter.actor !== null && { [jobHeader.actor]: letter.actor }),
    ...(letter.batch !== null && { [jobHeader.batch]: letter.batch }),
    [jobHeader.id]: letter.id,
    [jobHeader.attempts]: '0',
    [jobHeader.enqueuedAt]: letter.enqueuedAt.toISOString(),
    [natsHeader.msgId]: `${letter.id}:redrive:${letter.sequence}`,
    ...(key !== undefined && type?.delivery.unique && uniqueness(letter.type, key)),
  }
  if (at === undefined) return { subject: letter.subject, headers: carried, body: letter.body }
  return {
    subject: `schedules.${letter.type}.${key ?? subjects.schedule(letter.type, letter.id).split('.')[2]}`,
    headers: {
      ...carried,
      [natsHeader.schedule]: `@at ${at.toISOString()}`,
      [natsHeader.scheduleTarget]: letter.subject,
    },
    body: letter.body,
  }
}

function uniqueness(type: string, key: string): Record<string, string> {
  return {
    [natsHeader.expectedLastSubjectSequence]: '0',
    [natsHeader.expectedLastSubjectSequenceSubject]: `*.${type}.${key}`,
  }
}

/**
 * When the job number `index` of a redrive is to run, so that no more than `perSecond` start in a second.
 *
 * @returns undefined for now.
 */
export function redriveTime(index: number, perSecond: number | undefined, now: Date): Date | undefined {
  if (perSecond === undefined || index < perSecond) return undefined
  return new Date(now.getTime() + Math.floor(index / perSecond) * 1_000)
}
