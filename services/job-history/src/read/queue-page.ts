import { isNotFound, type Runtime } from '@danbooru-jobs/actors/internal'
import { streamName } from '@danbooru-jobs/contracts/wire'
import type { StoredMsg } from '@nats-io/jetstream'
import type { StoredEntry } from './log-entry.ts'
import { headersOf, readQueued } from './read-log.ts'

/** Some consecutive messages of the stream JOBS. */
export interface QueuePage {
  readonly messages: readonly StoredMsg[]
  /** No message follows. */
  readonly isLast: boolean
}

const mostBytes = 8_000_000

/** Reads the queue from a sequence on, without consuming: as many messages as asked for, or fewer if they are large. */
export async function readQueuePage(
  runtime: Runtime,
  ask: { readonly from: number; readonly subject: string; readonly most: number },
): Promise<QueuePage> {
  const messages: StoredMsg[] = []
  let bytes = 0
  try {
    const found = await runtime.jsm.direct.getBatch(streamName.jobs, {
      seq: ask.from,
      next_by_subj: ask.subject,
      batch: ask.most,
      max_bytes: mostBytes,
    })
    for await (const message of found) {
      messages.push(message)
      bytes += message.data.length
    }
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  return { messages, isLast: messages.length < ask.most && bytes < mostBytes / 2 }
}

/** A message of the queue as an entry; undefined for a schedule that fires more than once. */
export function entryOf(message: StoredMsg): StoredEntry | undefined {
  const { subject, data, header, seq, time } = message
  return readQueued(
    { subject, data, headers: headersOf(header) },
    { sequence: seq, storedAt: time.getTime() },
  )
}
