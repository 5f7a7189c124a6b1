import { z } from 'zod'
import { defineEvent } from '../../define/define-event.ts'
import { lifecycleReference } from '../../wire/lifecycle-reference.ts'
import { subjects } from '../../wire/subjects.ts'
import { recordId } from '../record-id.ts'

/**
 * An account is deactivated for good: closed, its private data gone, its settings reset.
 *
 * EmitResult by the user-deactivation lifecycle when it completes. It holds ids and times only: whoever listens must not
 * learn the name that the user just gave up.
 */
export const userDeactivated = defineEvent({
  subject: () => subjects.userDeactivated,
  filter: subjects.userDeactivated,
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
