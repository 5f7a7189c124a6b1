import { z } from 'zod'
import { defineRequest, failedReply } from '../../define/define-request.ts'
import { lifecycleReference } from '../../wire/lifecycle-reference.ts'
import { recordId } from '../record-id.ts'

/**
 * Deactivates an account (Danbooru's `UserDeletion`). Answered by the user-deactivation service when the account is
 * closed and the rest is under way.
 *
 * Replies: `accepted` with the lifecycle that does the rest; `refused` with Danbooru's own error texts, nothing changed;
 * `invalid` if the request does not fit its schema; `limited` if this user or address has sent too many requests, before the password was
 * looked at; `failed` if something else went wrong, nothing changed. The password is checked and neither logged nor stored.
 */
export const deactivateUser = defineRequest({
  subject: 'users.deactivate',
  title: 'Deactivate an account',
  request: z.object({
    userId: recordId,
    /** Who requests it: the user, or the owner of the site. */
    deleterId: recordId,
    /** Needed when the user requests it. */
    password: z.string().max(1_000).optional(),
    /** The web request behind it, recorded in the user's events. */
    session: z
      .object({
        ip: z.union([z.ipv4(), z.ipv6()]),
        sessionId: z.string().max(500),
        userAgent: z.string().max(5_000).optional(),
      })
      .optional(),
  }),
  reply: z.discriminatedUnion('status', [
    z.object({
      status: z.literal('accepted'),
      lifecycle: lifecycleReference,
      /** The account is being deactivated already; this request changed nothing. */
      alreadyInProgress: z.literal(true).optional(),
    }),
    z.object({ status: z.literal('refused'), errors: z.array(z.string()) }),
    z.object({ status: z.literal('invalid'), errors: z.array(z.string()) }),
    z.object({ status: z.literal('limited'), errors: z.array(z.string()) }),
    failedReply,
  ]),
})
