import { streamName } from '@danbooru-jobs/contracts/wire'
import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream'
import { orUndefined } from './not-found.ts'

/** The last message of a subject in JOBS, wildcards allowed, as the stream's leader knows it. */
export function lastOf(jsm: JetStreamManager, subject: string): Promise<StoredMsg | undefined> {
  return found(jsm.streams.getMessage(streamName.jobs, { last_by_subj: subject }))
}

/** The first message of a subject in JOBS, as the stream's leader knows it. */
export function firstOf(jsm: JetStreamManager, subject: string): Promise<StoredMsg | undefined> {
  // The client's type lacks the combination, which the server's API has.
  const query = { seq: 1, next_by_subj: subject }
  return found(jsm.streams.getMessage(streamName.jobs, query))
}

/** The message of that sequence in JOBS, as the stream's leader knows it. */
export function messageAt(jsm: JetStreamManager, sequence: number): Promise<StoredMsg | undefined> {
  return found(jsm.streams.getMessage(streamName.jobs, { seq: sequence }))
}

/**
 * Removes a message from JOBS.
 *
 * @returns false if it was not there any more.
 */
export async function removeMessage(jsm: JetStreamManager, sequence: number): Promise<boolean> {
  return (await found(jsm.streams.deleteMessage(streamName.jobs, sequence, false))) ?? false
}

async function found<Value>(asked: Promise<Value | null>): Promise<Value | undefined> {
  return (await orUndefined(asked)) ?? undefined
}
