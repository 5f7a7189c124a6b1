import { setTimeout as wait } from 'node:timers/promises'
import { serverCode } from '@danbooru-jobs/contracts'
import { JetStreamApiError } from '@nats-io/jetstream'
import type { MsgHdrs } from '@nats-io/transport-node'
import type { Runtime } from './runtime.ts'

/** A message to be stored. */
export interface Publication {
  readonly subject: string
  readonly headers: MsgHdrs
  readonly body: Uint8Array | string
}

const longestPause = 10_000

/**
 * Publishes and does not give up before the server has stored the message: whoever calls this holds a job that must not be
 * answered before. The message id makes the repetition harmless.
 */
export async function publishUntilStored(runtime: Runtime, publication: Publication): Promise<void> {
  const answer = await publishUntilAnswered(runtime, publication)
  if (answer === 'occupied') throw new Error(`${publication.subject} is occupied`)
}

/** As {@link publishUntilStored}, for a message that expects no other one in its place: it may be there. */
export async function publishUntilAnswered(
  runtime: Runtime,
  publication: Publication,
): Promise<'stored' | 'occupied'> {
  for (let pause = 250; ; pause = Math.min(longestPause, pause * 2)) {
    try {
      await runtime.js.publish(publication.subject, publication.body, { headers: publication.headers })
      return 'stored'
    } catch (error) {
      if (isOccupied(error)) return 'occupied'
      if (runtime.nats.isClosed()) throw error
      runtime.log.warn({ err: error, subject: publication.subject }, 'not stored yet, trying again')
      await wait(pause)
    }
  }
}

/** Whether a publish failed because a message stands where none was expected. */
function isOccupied(error: unknown): boolean {
  const codes: readonly number[] = [serverCode.wrongLastSequence, serverCode.wrongLastSequenceUnknown]
  return error instanceof JetStreamApiError && codes.includes(error.code)
}
