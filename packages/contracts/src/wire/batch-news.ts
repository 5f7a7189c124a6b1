import { z } from 'zod'
import { parsePayload } from '../define/payload.ts'
import { natsHeader } from './headers.ts'
import { isPublishable } from './message-rules.ts'
import type { OutgoingMessage } from './outgoing-message.ts'
import { storableId } from './storable-text.ts'
import { subjects } from './subjects.ts'

/** How a job of a batch ended. */
export const batchJobState = z.enum(['done', 'discarded', 'cancelled'])
/** How a job of a batch ended. */
export type BatchJobState = z.output<typeof batchJobState>

/** A message as it is kept in a batch until all its jobs have ended. */
export const keptMessage = z.object({
  subject: z.string().refine(isPublishable, 'expected a subject to publish on'),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
})

/** A batch's name. */
export const batchName = z.string().min(1).max(200).overwrite(storableId)
const batch = batchName
const jobId = z.string().min(1).overwrite(storableId)

/**
 * What happens to a batch, on `batches.<id>`; the service `batches` may get it in any order and more than once.
 *
 * A batch is complete when it is sealed, every chunk was announced, and every job of the chunks has ended.
 */
export const batchNews = z.discriminatedUnion('type', [
  /** `onComplete`: what is sent when the batch is complete; its body gets the field `batch`, a {@link batchSummary}. */
  z.object({ type: z.literal('batch.opened'), batch, onComplete: keptMessage.optional() }),
  /** Jobs that belong to it; `chunk` numbers such messages from 0. */
  z.object({
    type: z.literal('batch.added'),
    batch,
    chunk: z.int().min(0),
    jobIds: z.array(jobId),
  }),
  /** No more chunks than these are to come. */
  z.object({ type: z.literal('batch.sealed'), batch, chunks: z.int().min(0) }),
  z.object({ type: z.literal('job.ended'), batch, jobId, state: batchJobState }),
])
/** What happens to a batch. */
export type BatchNews = z.output<typeof batchNews>

/** How a batch ended. In a callback's payload: `batch: batchSummary.optional()`. */
export const batchSummary = z.object({
  id: z.string(),
  total: z.int().min(0),
  done: z.int().min(0),
  discarded: z.int().min(0),
  cancelled: z.int().min(0),
})
/** How a batch ended: how many jobs it had, and what became of them. */
export type BatchSummary = z.output<typeof batchSummary>

/** What happens to a batch as a message. Published twice within the duplicate window, it arrives once. */
export function batchNewsMessage(news: z.input<typeof batchNews>): OutgoingMessage {
  const parsed = parsePayload('batch news', batchNews, news)
  return {
    subject: subjects.batch(parsed.batch),
    headers: { [natsHeader.msgId]: `batch:${parsed.batch}:${newsId(parsed)}` },
    body: JSON.stringify(parsed),
  }
}

function newsId(news: BatchNews): string {
  switch (news.type) {
    case 'batch.opened':
      return 'opened'
    case 'batch.added':
      return `chunk:${news.chunk}`
    case 'batch.sealed':
      return `sealed:${news.chunks}`
    case 'job.ended':
      return `ended:${news.jobId}`
    default:
      return news satisfies never
  }
}
