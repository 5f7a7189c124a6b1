import type { z } from 'zod'
import type { EventType } from '../define/define-event.ts'
import type { BatchSummary } from '../wire/batch-news.ts'
import { lifecycleMessage } from '../wire/lifecycle-message.ts'
import type { LifecycleReference } from '../wire/lifecycle-reference.ts'
import type { OutgoingMessage } from '../wire/outgoing-message.ts'
import type { JobRequest } from './job-request.ts'
import { eventMessage, prepareJob, type Stamp } from './message.ts'

/**
 * What happens when a batch is complete: a job is enqueued, an event is emitted, or a lifecycle gets `batch.completed`. Payload and
 * message get the field `batch`, how the batch ended.
 */
export type OnComplete =
  | { readonly job: JobRequest }
  | { readonly event: EventType; readonly payload: unknown }
  | { readonly lifecycle: LifecycleReference }

/**
 * What is sent when a batch is complete. Its id is made from the batch's: sent twice, it arrives once.
 *
 * @throws PayloadInvalidError if the payload does not fit its type without the field `batch`: declare that optional.
 */
export function completionMessage(
  onComplete: OnComplete,
  batch: string,
  { now }: Pick<Stamp, 'now'>,
): OutgoingMessage {
  const id = `batch:${batch}:complete`
  if ('job' in onComplete) {
    const { type, payload, options } = onComplete.job
    return prepareJob(type, payload, { id, ...options, unique: false }, { id, now }).message
  }
  if ('event' in onComplete)
    return eventMessage(onComplete.event, onComplete.payload as z.input<z.ZodType>, { id })
  return lifecycleMessage(onComplete.lifecycle, { type: 'batch.completed' }, { id })
}

/** The message with how the batch ended in its body. */
export function withSummary(message: OutgoingMessage, batch: BatchSummary): OutgoingMessage {
  return { ...message, body: JSON.stringify({ ...JSON.parse(message.body), batch }) }
}
