import { serverCode } from '@danbooru-jobs/contracts/wire'
import { JetStreamApiError } from '@nats-io/jetstream'

const codes: ReadonlySet<number> = new Set([
  serverCode.streamNotFound,
  serverCode.consumerNotFound,
  serverCode.messageNotFound,
  serverCode.sequenceNotFound,
])

/** Whether the server answered that the stream, the consumer or the message does not exist. */
export function isNotFound(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return codes.has(error.code)
  // The client reports the status of a direct get as an error without a code.
  return error instanceof Error && /message not found|no results|no message/i.test(error.message)
}

/** The answer, or undefined if what was asked for does not exist. */
export async function orUndefined<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
