import { z } from 'zod'
import { defineEvent } from '../../define/define-event.ts'
import { lifecycleReference } from '../../wire/lifecycle-reference.ts'
import { recordId } from '../record-id.ts'

const subject = 'events.user.deactivated'

/**
 * An account is deactivated for good: closed, its private data gone, its settings reset.
 *
 * Emitted by the lifecycle `user-deactivation` when it completes, on `events.user.deactivated`. It holds ids and times only: its
 * receivers must not learn the name that the user has just given up.
 */
export const userDeactivated = defineEvent({
  subject: () => subject,
  filter: subject,
  title: 'An account was deactivated and its private data deleted',
  payload: z.object({
    userId: recordId,
    deleterId: recordId,
    lifecycle: lifecycleReference,
    /** When the account was closed. */
    requestedAt: z.iso.datetime(),
    /** When the last of its private data was gone. */
    completedAt: z.iso.datetime(),
  }),
})
