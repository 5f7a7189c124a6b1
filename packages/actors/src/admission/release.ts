import { jobHeader, natsHeader, placeOf, streamName, subjects } from '@danbooru-jobs/contracts/wire'
import { JetStreamApiCodes, JetStreamApiError, type StoredMsg } from '@nats-io/jetstream'
import { ownHeaders } from '../operate/stored-job.ts'
import type { Runtime } from '../runtime/runtime.ts'

/** What became of releasing a parked job. */
export type Released =
  /** It is in the queue, by this call or by another one at the same time. */
  | 'released'
  /** It is not parked there: not yet, or not any more. */
  | 'not-parked'

/**
 * Turns a parked job into a job to run now. One write does both (ADR-51: a message with `Nats-Schedule-Next: purge` removes the
 * schedule that it names), so the job is never lost and not there twice; of several callers at once the message id lets one through.
 */
export async function release(runtime: Runtime, place: string, jobId: string): Promise<Released> {
  const stored = await lastAt(runtime, subjects.scheduleAt(place))
  if (stored?.header.get(jobHeader.id) !== jobId) return 'not-parked'
  return releaseStored(runtime, stored)
}

/** As {@link release}, for a message that was read already. */
export async function releaseStored(runtime: Runtime, stored: StoredMsg): Promise<Released> {
  const subject = subjects.jobAt(placeOf(stored.subject))
  const carried = ownHeaders(stored.header)
  carried.set(natsHeader.msgId, `${stored.header.get(jobHeader.id)}:released:${stored.seq}`)
  carried.set(natsHeader.scheduler, stored.subject)
  carried.set(natsHeader.scheduleNext, 'purge')
  await runtime.js.publish(subject, stored.data, { headers: carried })
  return 'released'
}

/** The last message of a subject, wildcards allowed, as the stream's leader knows it. */
export async function lastAt(runtime: Runtime, subject: string): Promise<StoredMsg | undefined> {
  return found(runtime.jsm.streams.getMessage(streamName.jobs, { last_by_subj: subject }))
}

/** The first message of a subject from a sequence on, as the stream's leader knows it. */
export async function firstAt(runtime: Runtime, subject: string): Promise<StoredMsg | undefined> {
  const query = { seq: 1, next_by_subj: subject }
  return found(runtime.jsm.streams.getMessage(streamName.jobs, query))
}

/** Whether a message still stands in the queue. */
export async function stands(runtime: Runtime, sequence: number): Promise<boolean> {
  return (await found(runtime.jsm.streams.getMessage(streamName.jobs, { seq: sequence }))) !== undefined
}

async function found(asked: Promise<StoredMsg | null>): Promise<StoredMsg | undefined> {
  try {
    return (await asked) ?? undefined
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.NoMessageFound)
      return undefined
    throw error
  }
}
