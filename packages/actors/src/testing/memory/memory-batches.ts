import type { BatchJobState, OutgoingMessage } from '@danbooru-jobs/contracts/wire'
import { type Batches, type BatchRow, messagesOf, type TakenNews } from '../../batches/batch-store.ts'

interface MemoryBatch {
  parent: string | undefined
  onComplete: unknown
  isOpened: boolean
  isComplete: boolean
  /** How many chunks there are, once it is sealed. */
  chunks: number | undefined
  readonly heard: Set<number>
  readonly members: Map<string, BatchJobState | undefined>
}

/** The batches in memory: what `006-batches.sql` counts, counted the same. */
export class MemoryBatches implements Batches {
  readonly #deliver: (messages: readonly OutgoingMessage[]) => Promise<void>
  readonly #batches = new Map<string, MemoryBatch>()

  /** @param deliver takes what batches have to say that are complete. */
  constructor(deliver: (messages: readonly OutgoingMessage[]) => Promise<void>) {
    this.#deliver = deliver
  }

  async take(news: readonly TakenNews[]): Promise<readonly string[]> {
    const before = new Set([...this.#batches].flatMap(([id, { isComplete }]) => (isComplete ? [id] : [])))
    const open = news.filter(({ batch }) => !before.has(batch))
    for (const one of open) note(this.#batch(one.batch), one)
    const heard = [...new Set(open.map(({ batch }) => batch))]
    const complete = heard.filter((id) => isOver(this.#batch(id)))
    for (const id of complete) this.#batch(id).isComplete = true
    await this.#deliver(complete.flatMap((id) => messagesOf(rowOf(id, this.#batch(id)))))
    return complete
  }

  #batch(id: string): MemoryBatch {
    const known = this.#batches.get(id)
    if (known) return known
    const made: MemoryBatch = {
      parent: undefined,
      onComplete: null,
      isOpened: false,
      isComplete: false,
      chunks: undefined,
      heard: new Set(),
      members: new Map(),
    }
    this.#batches.set(id, made)
    return made
  }
}

function note(batch: MemoryBatch, news: TakenNews): void {
  switch (news.type) {
    case 'batch.opened':
      batch.isOpened = true
      batch.onComplete ??= news.onComplete ?? null
      if ('parent' in news) batch.parent ??= news.parent
      break
    case 'batch.added':
      if ('chunk' in news) batch.heard.add(news.chunk)
      for (const id of news.jobIds) batch.members.set(id, batch.members.get(id))
      break
    case 'batch.sealed':
      batch.chunks = Math.max(batch.chunks ?? 0, news.chunks)
      break
    case 'job.ended':
      batch.members.set(news.jobId, batch.members.get(news.jobId) ?? news.state)
      break
    default:
      news satisfies never
  }
}

function isOver({ isOpened, isComplete, chunks, heard, members }: MemoryBatch): boolean {
  if (!isOpened || isComplete || chunks === undefined || heard.size < chunks) return false
  return [...members.values()].every((state) => state !== undefined)
}

function rowOf(id: string, { parent, onComplete, members }: MemoryBatch): BatchRow {
  const states = [...members.values()]
  const count = (wanted: BatchJobState) => String(states.filter((state) => state === wanted).length)
  return {
    id,
    parent: parent ?? null,
    on_complete: onComplete,
    total: String(states.length),
    done: count('done'),
    discarded: count('discarded'),
    cancelled: count('cancelled'),
  }
}
