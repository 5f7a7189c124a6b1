import { setTimeout as wait } from 'node:timers/promises'
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
  for (let pause = 250; ; pause = Math.min(longestPause, pause * 2)) {
    try {
      await runtime.js.publish(publication.subject, publication.body, { headers: publication.headers })
      return
    } catch (error) {
      if (runtime.nats.isClosed()) throw error
      runtime.log.warn({ err: error, subject: publication.subject }, 'not stored yet, trying again')
      await wait(pause)
    }
  }
}
