import { setTimeout as wait } from 'node:timers/promises'
import {
  isLiteralSubject,
  type OutgoingMessage,
  publishMessage,
  serverCode,
} from '@danbooru-jobs/contracts/wire'
import { JetStreamApiError } from '@nats-io/jetstream'
import type { MsgHdrs } from '@nats-io/transport-node'
import type { Runtime } from '../runtime/runtime.ts'
import { type Judged, judgeFailure, judgeReply } from './judge-reply.ts'

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

/** How long the server may take to answer, milliseconds. */
const answerTimeout = 10_000

/**
 * As {@link publishUntilStored}, for a message whose receiver somebody else has named: it may be one that does not exist.
 *
 * @returns why nobody will ever get it, or undefined once it is stored.
 */
export async function publishIfPossible(
  runtime: Runtime,
  message: OutgoingMessage,
): Promise<string | undefined> {
  if (!isLiteralSubject(message.subject)) return `"${message.subject}" is no subject that a message can have`
  for (let pause = 250; ; pause = Math.min(longestPause, pause * 2)) {
    const judged = await publishMessage(runtime.nats, message, answerTimeout).then(judgeReply, judgeFailure)
    if (judged.kind === 'stored') return undefined
    if (judged.kind === 'refused') return judged.reason
    await waitToTryAgain(runtime, message.subject, judged, pause)
  }
}

async function waitToTryAgain(
  runtime: Runtime,
  subject: string,
  { error }: Extract<Judged, { kind: 'later' }>,
  pause: number,
): Promise<void> {
  if (runtime.nats.isClosed()) throw error
  runtime.log.warn({ err: error, subject }, 'not stored yet, trying again')
  await wait(pause)
}

/** Whether a publish failed because a message stands where none was expected. */
function isOccupied(error: unknown): boolean {
  const codes: readonly number[] = [serverCode.wrongLastSequence, serverCode.wrongLastSequenceUnknown]
  return error instanceof JetStreamApiError && codes.includes(error.code)
}
