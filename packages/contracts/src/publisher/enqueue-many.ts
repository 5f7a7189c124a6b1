import { hash } from 'node:crypto'
import type { JobRequest } from '../message/job-request.ts'
import type { RuntimeJobOptions } from '../message/message.ts'
import { completionMessage, type OnComplete } from '../message/on-complete.ts'
import { type BatchNews, batchNewsMessage } from '../wire/batch-news.ts'
import type { OutgoingMessage } from '../wire/outgoing-message.ts'
import type { EnqueueResult } from './results.ts'

/** The options for enqueueing many jobs. */
export interface EnqueueManyOptions {
  /**
   * The name of this set of jobs, at most 200 characters. Each job's id is made from it and the job's place, unless the job names its
   * own: enqueued again under the same name, only what is missing is added (within the duplicate window, 5 minutes by default; use
   * `startAt` after it). Default: a new UUID.
   */
  readonly id?: string
  /** How many jobs to publish before waiting until all of them are stored. Default 500, from 1 to 1,000. */
  readonly chunkSize?: number
  /**
   * Makes the jobs a batch: this is sent once, when all of them have ended. Needs the services `batches` and `outbox-relay`. A batch of
   * which enqueueing was interrupted is not complete before it is enqueued again with the same `id` and `chunkSize`.
   */
  readonly onComplete?: OnComplete
  /**
   * How many jobs at the front to skip because they are stored: `processed` of the last progress. Default 0. With `onComplete` a
   * multiple of `chunkSize`.
   */
  readonly startAt?: number
  /** Called after each chunk. If it throws, enqueueing stops there. */
  readonly onProgress?: (progress: EnqueueManyProgress) => void
}

/** How far the jobs of one call are enqueued. The counts leave out what was skipped with `startAt`. */
export interface EnqueueManyProgress {
  /** The name of this set of jobs: `id` of the options, or the one that was made. */
  readonly id: string
  /** Jobs from the front that need not be enqueued again, skipped ones included: `startAt` of a call that resumes here. */
  readonly processed: number
  readonly enqueued: number
  /** Jobs that were stored before, under the same id. */
  readonly duplicates: number
  /** Jobs that were left out because another job holds their unique key. They do not belong to the batch. */
  readonly alreadyQueued: number
}

/** What {@link enqueueMany} needs of a publisher. */
export interface ManySenders {
  readonly sendChunk: (requests: readonly JobRequest[]) => Promise<readonly EnqueueResult[]>
  readonly publish: (message: OutgoingMessage) => Promise<void>
  readonly now: () => Date
}

const largestChunk = 1_000

/**
 * Enqueues jobs of any types, chunk by chunk, holding one chunk in memory. An error stops between two progress reports; jobs after the
 * last report may be stored.
 */
export async function enqueueMany(
  jobs: Iterable<JobRequest> | AsyncIterable<JobRequest>,
  options: EnqueueManyOptions & { readonly id: string },
  senders: ManySenders,
): Promise<EnqueueManyProgress> {
  const { id, onComplete, onProgress, startAt = 0, chunkSize = 500 } = options
  checkOptions(startAt, chunkSize, onComplete !== undefined)
  const batch = onComplete && new PublishedBatch(id, onComplete, senders)
  await batch?.open()
  let progress: EnqueueManyProgress = {
    id,
    processed: startAt,
    enqueued: 0,
    duplicates: 0,
    alreadyQueued: 0,
  }
  for await (const { chunk, index } of chunksOf(jobs, startAt, chunkSize)) {
    const named = chunk.map((request, place) => withId(request, id, index + place, batch !== undefined))
    const results = await senders.sendChunk(named)
    await batch?.add(index / chunkSize, named, results)
    progress = advanced(progress, results)
    onProgress?.(progress)
  }
  await batch?.seal(Math.ceil(progress.processed / chunkSize))
  return progress
}

/** The messages that name to the service `batches` which jobs belong to a batch. */
class PublishedBatch {
  readonly #id: string
  readonly #onComplete: OnComplete
  readonly #senders: ManySenders

  constructor(id: string, onComplete: OnComplete, senders: ManySenders) {
    this.#id = id
    this.#onComplete = onComplete
    this.#senders = senders
  }

  open(): Promise<void> {
    const onComplete = completionMessage(this.#onComplete, this.#id, { now: this.#senders.now() })
    return this.#publish({ type: 'batch.opened', batch: this.#id, onComplete })
  }

  /** `chunk` counts from 0. */
  add(chunk: number, jobs: readonly JobRequest[], results: readonly EnqueueResult[]): Promise<void> {
    const members = jobs.filter((_job, place) => results[place]?.status !== 'already-queued')
    const jobIds = members.flatMap(({ options }) => options.id ?? [])
    return this.#publish({ type: 'batch.added', batch: this.#id, chunk, jobIds })
  }

  seal(chunks: number): Promise<void> {
    return this.#publish({ type: 'batch.sealed', batch: this.#id, chunks })
  }

  #publish(news: BatchNews): Promise<void> {
    return this.#senders.publish(batchNewsMessage(news))
  }
}

interface Chunk {
  readonly chunk: readonly JobRequest[]
  /** The place of its first job. */
  readonly index: number
}

async function* chunksOf(
  jobs: Iterable<JobRequest> | AsyncIterable<JobRequest>,
  startAt: number,
  chunkSize: number,
): AsyncIterable<Chunk> {
  let chunk: JobRequest[] = []
  let index = 0
  for await (const request of jobs) {
    if (index++ < startAt) continue
    chunk.push(request)
    if (chunk.length < chunkSize) continue
    yield { chunk, index: index - chunk.length }
    chunk = []
  }
  if (chunk.length > 0) yield { chunk, index: index - chunk.length }
}

function withId(request: JobRequest, id: string, index: number, isBatch: boolean): JobRequest {
  const { type, payload, options } = request
  const named: RuntimeJobOptions = { ...options, id: options.id ?? stableId(id, index) }
  const member: RuntimeJobOptions = isBatch ? { ...named, batch: id } : named
  return { type, payload, options: member }
}

function advanced(progress: EnqueueManyProgress, results: readonly EnqueueResult[]): EnqueueManyProgress {
  const count = (status: EnqueueResult['status']) => results.filter((one) => one.status === status).length
  return {
    id: progress.id,
    processed: progress.processed + results.length,
    enqueued: progress.enqueued + count('accepted'),
    duplicates: progress.duplicates + count('duplicate'),
    alreadyQueued: progress.alreadyQueued + count('already-queued'),
  }
}

function checkOptions(startAt: number, chunkSize: number, isBatch: boolean): void {
  if (!Number.isInteger(chunkSize) || chunkSize < 1 || chunkSize > largestChunk) {
    throw new RangeError(`chunkSize is a whole number from 1 to ${largestChunk}, not ${chunkSize}`)
  }
  if (!Number.isInteger(startAt) || startAt < 0) {
    throw new RangeError(`startAt is a whole number from 0, not ${startAt}`)
  }
  // The service `batches` counts chunks: a resumed call has to cut them where the first one did.
  if (isBatch && startAt % chunkSize !== 0) {
    throw new RangeError(`startAt of a batch is a multiple of its chunk size ${chunkSize}, not ${startAt}`)
  }
}

/** A UUID (version 8) made from the name of a set and a place in it. */
export function stableId(name: string, index: number): string {
  const hex = hash('sha256', `${name}\n${index}`, 'hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
