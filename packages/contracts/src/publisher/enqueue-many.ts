import { hash } from 'node:crypto'
import type { JobType, PayloadInputOf } from '../define/define-job.ts'
import { type JobRequest, job } from '../message/job-request.ts'
import type { JobOptions } from '../message/message.ts'
import { largestBatch, type MayCommit } from './batch.ts'
import type { AtomicResult, EnqueueResult } from './results.ts'

/** How a bulk of jobs is enqueued. */
export interface EnqueueManyOptions {
  /**
   * The name of this bulk. The jobs' ids are made from it and their place, so that a bulk that is enqueued again under
   * the same name adds only what is missing (within the duplicate window; use `startAt` beyond it). Default: a new id.
   */
  readonly name?: string
  /** How many payloads at the front are stored already and are skipped. Default 0. */
  readonly startAt?: number
  /** Jobs in one atomic batch. Default 500, at most 1,000. */
  readonly batchSize?: number
  /** Applies to every job. */
  readonly options?: Omit<JobOptions, 'id' | 'messageId'>
  /** Called after each batch. */
  readonly onProgress?: (progress: EnqueueManyProgress) => void
}

/** How far a bulk has come. */
export interface EnqueueManyProgress {
  readonly name: string
  /** Payloads dealt with, from the first: the `startAt` of whoever resumes here. */
  readonly done: number
  readonly enqueued: number
  readonly duplicates: number
  readonly alreadyQueued: number
}

/** The two ways to store jobs, as a publisher has them. */
export interface Senders {
  readonly one: (request: JobRequest) => Promise<EnqueueResult>
  readonly all: (requests: readonly JobRequest[], mayCommit?: MayCommit) => Promise<AtomicResult>
}

/**
 * Enqueues any number of jobs in bounded memory, as successive atomic batches. Each batch is stored as a whole or not at
 * all; an error stops between two batches, and the last progress says where to go on.
 *
 * While one batch is being stored the next is already sent, but committed only when the one before it is stored and told: at most
 * two are held, and what is stored is always what the progress says.
 */
export async function enqueueMany<Type extends JobType>(
  type: Type,
  payloads: Iterable<PayloadInputOf<Type>> | AsyncIterable<PayloadInputOf<Type>>,
  options: EnqueueManyOptions & { readonly name: string },
  senders: Senders,
): Promise<EnqueueManyProgress> {
  const { name, startAt = 0, batchSize = 500 } = options
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > largestBatch) {
    throw new RangeError(`a batch has 1 to ${largestBatch} jobs, not ${batchSize}`)
  }
  const batches = new BatchesInOrder(name, startAt, senders, options.onProgress)
  let batch: JobRequest[] = []
  let index = 0
  try {
    for await (const payload of payloads) {
      if (index >= startAt) batch.push(job(type, payload, { ...options.options, id: stableId(name, index) }))
      index += 1
      if (batch.length < batchSize) continue
      await batches.add(batch)
      batch = []
    }
    if (batch.length > 0) await batches.add(batch)
  } finally {
    await batches.stored
  }
  return batches.progress
}

/** Stores batches one after the other, of which the next is sent ahead. */
class BatchesInOrder {
  progress: EnqueueManyProgress
  /** Everything added is stored and told; rejected by the first batch that cannot be. */
  stored: Promise<void> = Promise.resolve()
  readonly #senders: Senders
  readonly #onProgress: EnqueueManyOptions['onProgress']

  constructor(name: string, startAt: number, senders: Senders, onProgress: EnqueueManyOptions['onProgress']) {
    this.progress = { name, done: startAt, enqueued: 0, duplicates: 0, alreadyQueued: 0 }
    this.#senders = senders
    this.#onProgress = onProgress
  }

  /** Sends a batch, and resolves when the one before it is stored. */
  add(batch: readonly JobRequest[]): Promise<void> {
    const before = this.stored
    this.stored = this.#store(batch, before)
    // Whoever added it waits for the one before, and is told of this one later.
    this.stored.catch(() => undefined)
    return before
  }

  async #store(batch: readonly JobRequest[], before: Promise<void>): Promise<void> {
    const all = async (requests: readonly JobRequest[]) => {
      const result = await this.#senders.all(requests, before)
      // Known jobs are published again one by one, which is no sooner allowed than a commit.
      await before
      return result
    }
    const [stored] = await Promise.allSettled([storeAll(batch, { ...this.#senders, all })])
    // What went wrong first is what counts.
    await before
    if (stored.status === 'rejected') throw stored.reason
    this.progress = added(this.progress, batch.length, stored.value)
    this.#onProgress?.(this.progress)
  }
}

/** What became of a batch; `stored` are those that are there, from now or before. */
type Stored = Counts & { readonly stored: readonly JobRequest[] }

type Counts = Pick<EnqueueManyProgress, 'enqueued' | 'duplicates' | 'alreadyQueued'>

function added(progress: EnqueueManyProgress, size: number, counts: Counts): EnqueueManyProgress {
  return {
    name: progress.name,
    done: progress.done + size,
    enqueued: progress.enqueued + counts.enqueued,
    duplicates: progress.duplicates + counts.duplicates,
    alreadyQueued: progress.alreadyQueued + counts.alreadyQueued,
  }
}

/** One batch; jobs whose key is taken are left out of it, and a batch with known ids goes job by job. */
export async function storeAll(batch: readonly JobRequest[], senders: Senders): Promise<Stored> {
  let rest = batch
  for (;;) {
    const result = await senders.all(rest)
    const alreadyQueued = batch.length - rest.length
    switch (result.status) {
      case 'accepted':
        return { enqueued: rest.length, duplicates: 0, alreadyQueued, stored: rest }
      case 'duplicate':
        return oneByOne(batch, senders)
      case 'already-queued': {
        const refused = new Set(result.refused.map(({ index }) => index))
        rest = rest.filter((_request, index) => !refused.has(index))
        break
      }
      default:
        return result satisfies never
    }
  }
}

async function oneByOne(batch: readonly JobRequest[], senders: Senders): Promise<Stored> {
  const results: EnqueueResult[] = []
  for (const request of batch) results.push(await senders.one(request))
  const count = (status: EnqueueResult['status']) => results.filter((one) => one.status === status).length
  return {
    enqueued: count('accepted'),
    duplicates: count('duplicate'),
    alreadyQueued: count('already-queued'),
    stored: batch.filter((_request, index) => results[index]?.status !== 'already-queued'),
  }
}

/** A UUID (version 8) made from a bulk's name and a place in it. */
export function stableId(name: string, index: number): string {
  const hex = hash('sha256', `${name}\n${index}`, 'hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
