import { setTimeout as wait } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { errors, type NatsConnection } from '@nats-io/transport-node'
import { NoLeaderError, NoStreamError } from './errors.ts'

const firstPause = 50
const longestPause = 500
/** How long the server may take to answer which stream a subject belongs to, milliseconds. */
const lookUp = 1_000

/** Whether a request failed because no server answers. */
export function isNoResponder(error: unknown): boolean {
  if (error instanceof errors.NoRespondersError) return true
  return error instanceof errors.RequestError && error.isNoResponders()
}

/**
 * Publishes again what no server has received. While the servers of a cluster choose a stream's leader, which takes them four to nine
 * seconds after a server is lost, its messages are not stored, and publishing again is safe: nothing was stored.
 *
 * @throws NoStreamError at once, if it is known that no stream stores the subject.
 * @throws NoLeaderError when the time is over.
 */
export async function publishOnceLed<Value>(
  connection: NatsConnection,
  subject: string,
  timeout: number,
  publish: (left: number) => Promise<Value>,
): Promise<Value> {
  const deadline = performance.now() + timeout
  for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 2)) {
    if (await isStoredByNone(connection, subject)) throw new NoStreamError(subject)
    const left = deadline - performance.now() - pause
    if (left <= 0) throw new NoLeaderError(subject, timeout)
    await wait(pause)
    try {
      return await publish(left)
    } catch (error) {
      if (!isNoResponder(error)) throw error
    }
  }
}

/** Whether the server is sure that no stream stores the subject. It cannot be while it chooses who answers such questions. */
async function isStoredByNone(connection: NatsConnection, subject: string): Promise<boolean> {
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: lookUp })
    return (await manager.streams.names(subject).next()).length === 0
  } catch {
    return false
  }
}
