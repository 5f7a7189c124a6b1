import { streamName } from '@danbooru-jobs/contracts/wire'
import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream'
import { isNotFound } from './not-found.ts'

const pageSize = 500

/** Walks the stream JOBS by subject and gives what is stored, a page at a time: memory stays flat. */
export async function* storedPages(jsm: JetStreamManager, filter: string): AsyncGenerator<StoredMsg[]> {
  for (let next = 1; ; ) {
    // A page may be short because its payloads are large: only an empty one is the end.
    const page = await pageFrom(jsm, filter, next)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    next = last.seq + 1
  }
}

async function pageFrom(jsm: JetStreamManager, filter: string, seq: number): Promise<StoredMsg[]> {
  const page: StoredMsg[] = []
  try {
    const batch = await jsm.direct.getBatch(streamName.jobs, { next_by_subj: filter, seq, batch: pageSize })
    for await (const message of batch) page.push(message)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  return page
}
