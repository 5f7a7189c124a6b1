import { setTimeout as wait } from 'node:timers/promises'
import { type JobPublication, type JobSource, serverCode } from '@danbooru-jobs/contracts/wire'
import { JetStreamApiError, type JetStreamClient, type StoredMsg } from '@nats-io/jetstream'
import { type MsgHdrs, MsgHdrsImpl, type NatsConnection } from '@nats-io/transport-node'
import type { Logger } from 'pino'

/** What publishing needs of a process. */
export interface PublishRuntime {
  readonly nats: NatsConnection
  readonly js: JetStreamClient
  readonly log: Logger
}

/** The longest pause between two attempts to publish, milliseconds. */
export const longestPause = 10_000

/**
 * Publishes a job's message and does not give up before the server has stored it: the caller holds a job that must not be
 * acknowledged before. The message id makes a repetition harmless.
 *
 * @throws Error if the message expects a free address and another job is there; see {@link publishIfFree}.
 */
export async function publishJob(runtime: PublishRuntime, publication: JobPublication): Promise<void> {
  const answer = await publishIfFree(runtime, publication)
  if (answer === 'occupied') throw new Error(`${publication.subject} is occupied by another job`)
}

/** As {@link publishJob}, for a message that expects a free address: another job may be there. */
export async function publishIfFree(
  runtime: PublishRuntime,
  publication: JobPublication,
): Promise<'stored' | 'occupied'> {
  const { subject, body } = publication
  const headers = clientHeaders(publication)
  for (let pause = 250; ; pause = Math.min(longestPause, pause * 2)) {
    try {
      await runtime.js.publish(subject, body, { headers })
      return 'stored'
    } catch (error) {
      if (isOccupied(error)) return 'occupied'
      if (runtime.nats.isClosed()) throw error
      runtime.log.warn({ err: error, subject }, 'a message is not stored yet; trying again')
      await wait(pause)
    }
  }
}

/** Headers as the NATS client takes them. */
export function clientHeaders({ headers }: Pick<JobPublication, 'headers'>): MsgHdrs {
  return MsgHdrsImpl.fromRecord(headers)
}

/** A stored message as the source of follow-up messages. */
export function sourceOf({ subject, header, data, seq, time }: StoredMsg): JobSource {
  return { subject, headers: header, body: data, sequence: seq, storedAt: time }
}

/** Whether a publish failed because a message is where none was expected. */
function isOccupied(error: unknown): boolean {
  const codes: readonly number[] = [serverCode.wrongLastSequence, serverCode.wrongLastSequenceUnknown]
  return error instanceof JetStreamApiError && codes.includes(error.code)
}
