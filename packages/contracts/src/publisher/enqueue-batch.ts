import type { JobRequest } from '../message/job-request.ts'
import { completionMessage, type OnComplete } from '../message/on-complete.ts'
import { batchNewsMessage } from '../wire/batch-news.ts'
import type { OutgoingMessage } from '../wire/outgoing-message.ts'
import { largestBatch } from './batch.ts'
import { type Senders, stableId, storeAll } from './enqueue-many.ts'

/** How a set of jobs is enqueued of whose end somebody wants to be told. */
export interface EnqueueBatchOptions {
  /**
   * The batch's name, at most 200 characters; its jobs' ids are made from it and their place. Enqueued again under the same name,
   * a batch adds only what is missing. Default: a new id.
   */
  readonly id?: string
  readonly onComplete?: OnComplete
  /** How many jobs at the front are stored already and are skipped: what `onProgress` said last. */
  readonly startAt?: number
  /** Jobs stored at once. Default 500, at most 1,000. The same when a batch is resumed. */
  readonly chunkSize?: number
  readonly onProgress?: (progress: EnqueueBatchProgress) => void
}

/** How far a batch has come in being stored. */
export interface EnqueueBatchProgress {
  readonly id: string
  /** Jobs dealt with, from the first. */
  readonly done: number
  readonly enqueued: number
  readonly duplicates: number
  /** Jobs of unique types that others stand in the way of: they do not belong to the batch. */
  readonly alreadyQueued: number
}

/** What enqueueing a batch needs. */
export interface BatchSenders extends Senders {
  readonly tell: (message: OutgoingMessage) => Promise<void>
  readonly now: () => Date
}

/**
 * Enqueues jobs of any types, chunk by chunk in bounded memory, and tells whoever keeps the batches which belong together. An
 * interrupted call leaves a batch that is not sealed and therefore not complete: call again with the same id.
 */
export async function enqueueBatch(
  jobs: Iterable<JobRequest> | AsyncIterable<JobRequest>,
  options: EnqueueBatchOptions & { readonly id: string },
  senders: BatchSenders,
): Promise<EnqueueBatchProgress> {
  const { id, onComplete, startAt = 0, chunkSize = 500 } = options
  checkChunks(startAt, chunkSize)
  const callback = onComplete && completionMessage(onComplete, id, { now: senders.now() })
  await senders.tell(
    batchNewsMessage({ type: 'batch.opened', batch: id, ...(callback && { onComplete: callback }) }),
  )
  let progress: EnqueueBatchProgress = { id, done: startAt, enqueued: 0, duplicates: 0, alreadyQueued: 0 }
  let chunk: JobRequest[] = []
  let index = 0
  const flush = async () => {
    if (chunk.length === 0) return
    const { stored, ...counts } = await storeAll(chunk, senders)
    const jobIds = stored.flatMap(({ options: { id: jobId } }) => jobId ?? [])
    const number = Math.floor((index - 1) / chunkSize)
    await senders.tell(batchNewsMessage({ type: 'batch.added', batch: id, chunk: number, jobIds }))
    progress = {
      id,
      done: progress.done + chunk.length,
      enqueued: progress.enqueued + counts.enqueued,
      duplicates: progress.duplicates + counts.duplicates,
      alreadyQueued: progress.alreadyQueued + counts.alreadyQueued,
    }
    chunk = []
    options.onProgress?.(progress)
  }
  for await (const request of jobs) {
    if (index >= startAt) chunk.push(ofBatch(request, id, index))
    index += 1
    if (chunk.length === chunkSize) await flush()
  }
  await flush()
  const chunks = Math.ceil(index / chunkSize)
  await senders.tell(batchNewsMessage({ type: 'batch.sealed', batch: id, chunks }))
  return progress
}

function ofBatch({ type, payload, options }: JobRequest, batch: string, index: number): JobRequest {
  return { type, payload, options: { ...options, id: options.id ?? stableId(batch, index), batch } }
}

function checkChunks(startAt: number, chunkSize: number): void {
  if (!Number.isInteger(chunkSize) || chunkSize < 1 || chunkSize > largestBatch) {
    throw new RangeError(`a chunk has 1 to ${largestBatch} jobs, not ${chunkSize}`)
  }
  if (!Number.isInteger(startAt) || startAt < 0 || startAt % chunkSize !== 0) {
    throw new RangeError(`startAt is a multiple of the chunk size ${chunkSize}, not ${startAt}`)
  }
}
