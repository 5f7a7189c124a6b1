import { type JobSource, jobHeader } from '@danbooru-jobs/contracts/wire'

/** A dead letter as the history keeps it: everything that is needed to publish the job again. */
export interface DeadLetter {
  readonly id: string
  readonly type: string
  /** Where it was queued. */
  readonly subject: string
  readonly sequence: number
  readonly body: string
  /** The headers for which the history has no column. */
  readonly headers: Readonly<Record<string, string>>
  readonly enqueuedAt: Date
  readonly actor: string | null
  readonly batch: string | null
}

/** The message that a dead letter was. */
export function sourceOfDeadLetter(deadLetter: DeadLetter): JobSource {
  const headers = {
    ...deadLetter.headers,
    ...(deadLetter.actor !== null && { [jobHeader.actor]: deadLetter.actor }),
    ...(deadLetter.batch !== null && { [jobHeader.batch]: deadLetter.batch }),
    [jobHeader.id]: deadLetter.id,
    [jobHeader.enqueuedAt]: deadLetter.enqueuedAt.toISOString(),
  }
  return {
    subject: deadLetter.subject,
    headers: Object.entries(headers).map(([name, value]) => [name, [value]] as const),
    body: deadLetter.body,
    sequence: deadLetter.sequence,
    storedAt: deadLetter.enqueuedAt,
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
