import { z } from 'zod'
import { parsePayload } from '../define/payload.ts'
import { lifecycleHeader, natsHeader } from './headers.ts'
import type { OutgoingMessage } from './outgoing-message.ts'

const ended = {
  jobId: z.string().min(1),
  jobType: z.string().min(1),
  /** The attempt that ended the job, from 1. */
  attempt: z.int().min(0),
}

/**
 * How a job ended, as its worker reports it to the subject in the job's `Job-Notify` header: before it acknowledges the job, so
 * that the news cannot be lost. It is a message to a lifecycle actor.
 */
export const jobEnded = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job.done'), ...ended, result: z.unknown().optional() }),
  z.object({ type: z.literal('job.discarded'), ...ended, reason: z.string() }),
])

/** How a job ended. */
export type JobEnded = z.output<typeof jobEnded>

/**
 * The report of a job's end as a message to `notify`. Its id is made from job and outcome: published twice, it arrives once.
 *
 * @throws PayloadInvalidError if it does not fit `jobEnded`.
 */
export function jobEndedMessage(notify: string, news: z.input<typeof jobEnded>): OutgoingMessage {
  const parsed = parsePayload('job end', jobEnded, news)
  const id = `${parsed.jobId}:${parsed.type}`
  return {
    subject: notify,
    headers: { [natsHeader.msgId]: id, [lifecycleHeader.messageId]: id },
    body: JSON.stringify(parsed),
  }
}
