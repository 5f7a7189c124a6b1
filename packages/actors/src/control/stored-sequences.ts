import { streamName } from '@danbooru-jobs/contracts'
import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream'

const pageSize = 500

/** Walks the stream JOBS by subject and gives the sequences of what is stored, a page at a time: memory stays flat. */
export async function* storedSequences(
  jsm: JetStreamManager,
  filters: readonly string[],
): AsyncGenerator<number[]> {
  for (const filter of filters) yield* sequencesOf(jsm, filter)
}

async function* sequencesOf(jsm: JetStreamManager, filter: string): AsyncGenerator<number[]> {
  for (let next = 1; ; ) {
    const page = await pageFrom(jsm, filter, next)
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return
    next = last + 1
  }
}

async function pageFrom(jsm: JetStreamManager, filter: string, seq: number): Promise<number[]> {
  const page: number[] = []
  try {
    const batch = await jsm.direct.getBatch(streamName.jobs, { next_by_subj: filter, seq, batch: pageSize })
    for await (const message of batch) page.push(message.seq)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  return page
}

function isNotFound(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === 10037
  return error instanceof Error && /not found|no message/i.test(error.message)
}
