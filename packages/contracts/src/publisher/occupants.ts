import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { PreparedJob } from '../message/message.ts'
import { jobHeader, natsHeader } from '../wire/headers.ts'
import { anywhereSubject, parseJobSubject } from '../wire/job-subject.ts'
import { serverCode } from '../wire/server-code.ts'
import { streamName } from '../wire/streams.ts'
import type { ServerReply } from './server-reply.ts'

/** The stored message of a job that holds a unique key. */
export interface Occupant {
  /** The job's id. */
  readonly id: string | undefined
  readonly sequence: number
}

/** Whether the server refused a job because its unique key is held. */
export function isOccupied(reply: ServerReply): boolean {
  return (
    reply.kind === 'error' &&
    (reply.code === serverCode.wrongLastSequence || reply.code === serverCode.wrongLastSequenceUnknown)
  )
}

/** For each job the message that holds its unique key, or undefined. One request for all of them. */
export async function occupantsOf(
  jobs: readonly PreparedJob[],
  connection: NatsConnection,
): Promise<readonly (Occupant | undefined)[]> {
  const claims = jobs.map(claimOf)
  const asked = new Set(claims.filter((claim) => claim !== undefined))
  if (asked.size === 0) return claims.map(() => undefined)
  const found = new Map<string, Occupant>()
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const messages = await manager.direct.getLastMessagesFor(streamName.jobs, { multi_last: [...asked] })
  for await (const message of messages) {
    const address = parseJobSubject(message.subject)
    if (address === undefined) continue
    const id = message.header.get(jobHeader.id) || undefined
    found.set(anywhereSubject(address), { id, sequence: message.seq })
  }
  return claims.map((claim) => (claim === undefined ? undefined : found.get(claim)))
}

/** The subject, with a wildcard, that must be free for the job to be stored; undefined if it may always be stored. */
export function claimOf({ message }: PreparedJob): string | undefined {
  return message.headers[natsHeader.expectedLastSubjectSequenceSubject]
}
