import { MessageInvalidError, NoStreamError, PayloadTooLargeError } from '@danbooru-jobs/contracts'
import { type ServerReply, serverCode } from '@danbooru-jobs/contracts/wire'

/** What the answer to a publish means for a row of the outbox. */
export type Judged =
  /** `alreadyQueued`: by another message, as it seems; nothing was added. */
  | { readonly kind: 'stored'; readonly alreadyQueued?: true }
  | { readonly kind: 'later'; readonly error: unknown }
  | { readonly kind: 'refused'; readonly reason: string }

/** An expectation about the last sequence failed: such a job is queued already, which is what its publisher wanted. */
const alreadyQueued: ReadonlySet<number> = new Set([
  serverCode.wrongLastSequence,
  serverCode.wrongLastSequenceUnknown,
])

/** The server refuses such a message every time. */
const permanent: ReadonlySet<number> = new Set([
  serverCode.messageTooLarge,
  serverCode.ttlInvalid,
  serverCode.ttlDisabled,
  serverCode.schedulePatternInvalid,
  serverCode.scheduleTargetInvalid,
  serverCode.scheduleTtlInvalid,
  serverCode.scheduleRollupInvalid,
  serverCode.expectedSequenceMissing,
  serverCode.scheduleSourceInvalid,
  serverCode.schedulerInvalid,
  serverCode.scheduleTimeZoneInvalid,
])

/** Decides whether a row is done with, can be tried again, or must be set aside so that the rows behind it go on. */
export function judgeReply(reply: ServerReply): Judged {
  switch (reply.kind) {
    case 'stored':
      return { kind: 'stored' }
    case 'continue':
      return { kind: 'refused', reason: 'the message has headers of a batch, which an outbox row cannot be' }
    case 'error':
      if (alreadyQueued.has(reply.code)) return { kind: 'stored', alreadyQueued: true }
      if (permanent.has(reply.code))
        return { kind: 'refused', reason: `${reply.description} (${reply.code})` }
      return { kind: 'later', error: new Error(`${reply.description} (${reply.code})`) }
    default:
      return reply satisfies never
  }
}

/** The same for a publish that got no answer, or was not even sent. */
export function judgeFailure(error: unknown): Judged {
  if (isBadMessage(error)) {
    return { kind: 'refused', reason: String(error) }
  }
  return { kind: 'later', error }
}

/** Errors about the message itself: it cannot be published at any time. */
function isBadMessage(error: unknown): boolean {
  return (
    error instanceof NoStreamError ||
    error instanceof PayloadTooLargeError ||
    error instanceof MessageInvalidError
  )
}
