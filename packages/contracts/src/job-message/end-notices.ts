import { PayloadInvalidError } from '../define/payload.ts'
import { batchNewsMessage } from '../wire/batch-news.ts'
import { type HeaderReader, jobHeader } from '../wire/headers.ts'
import { jobEndedMessage } from '../wire/job-ended.ts'
import { contextHeaders, type MessageContext } from '../wire/message-context.ts'
import { receiverProblem } from '../wire/message-rules.ts'
import type { OutgoingMessage } from '../wire/outgoing-message.ts'

/** How a job ended. `result` is JSON. */
export type JobEnd =
  | { readonly state: 'done'; readonly result?: unknown }
  | { readonly state: 'discarded' | 'cancelled'; readonly reason: string }

/** The job that has ended. */
export interface EndedJob {
  readonly id: string
  readonly type: string
  /** The attempt that ended it; 0 for one that never started. */
  readonly attempt: number
}

/** A message about a job's end to one receiver, or why that receiver cannot get one. */
export type EndNotice = {
  /** The header that names the receiver. */
  readonly header: string
  readonly receiver: string
} & (
  | { readonly kind: 'message'; readonly message: OutgoingMessage }
  | { readonly kind: 'undeliverable'; readonly reason: string }
)

/**
 * The notices of a job's end: to its batch (`Job-Batch`) and to the subject in `Job-Notify`. Most jobs have neither. The message
 * ids are made from job and end, so that a notice that is sent again arrives once.
 *
 * @param header reads a header of the job's message.
 * @param context inherited by the receiver of `Job-Notify`.
 */
export function endNotices(
  header: HeaderReader,
  job: EndedJob,
  end: JobEnd,
  context: MessageContext = {},
): readonly EndNotice[] {
  const batch = header(jobHeader.batch)
  const notify = header(jobHeader.notify)
  const notices: EndNotice[] = []
  if (batch !== undefined) {
    const made = () => batchNewsMessage({ type: 'job.ended', batch, jobId: job.id, state: end.state })
    notices.push(noticeOf(jobHeader.batch, batch, made))
  }
  if (notify !== undefined) {
    const reason = receiverProblem(notify)
    notices.push(
      reason === undefined
        ? noticeOf(jobHeader.notify, notify, () => ended(notify, job, end, context))
        : { kind: 'undeliverable', header: jobHeader.notify, receiver: notify, reason },
    )
  }
  return notices
}

function ended(notify: string, job: EndedJob, end: JobEnd, context: MessageContext): OutgoingMessage {
  const about = { jobId: job.id, jobType: job.type, attempt: job.attempt }
  const message = jobEndedMessage(
    notify,
    end.state === 'done'
      ? { type: 'job.done', ...about, ...(end.result !== undefined && { result: end.result }) }
      : { type: 'job.discarded', ...about, reason: end.reason },
  )
  return { ...message, headers: { ...contextHeaders(context), ...message.headers } }
}

/** The header comes from a publisher and may name a receiver that cannot exist. */
function noticeOf(header: string, receiver: string, make: () => OutgoingMessage): EndNotice {
  try {
    return { kind: 'message', header, receiver, message: make() }
  } catch (error) {
    if (!(error instanceof PayloadInvalidError)) throw error
    return { kind: 'undeliverable', header, receiver, reason: error.message }
  }
}
