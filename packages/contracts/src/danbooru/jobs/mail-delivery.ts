import { z } from 'zod'
import { defineJob } from '../../define/define-job.ts'
import { recordId } from '../record-id.ts'

const mail = z.discriminatedUnion('mail', [
  z.object({ mail: z.literal('dmail_notice'), dmailId: recordId }),
  z.object({ mail: z.literal('password_reset'), userId: recordId }),
  z.object({ mail: z.literal('email_change_confirmation'), userId: recordId }),
  z.object({ mail: z.literal('welcome_user'), userId: recordId }),
])

/**
 * Renders and sends one e-mail (Danbooru's `MailDeliveryJob`).
 *
 * Enqueued for a dmail whose recipient gets e-mail, for a password reset, for a changed address and for a new account.
 * The payload names the mail as Danbooru's `UserMailer` does and the record it is about; address and text are looked up when
 * it is sent, so that no personal data is in the queue.
 */
export const mailDelivery = defineJob({
  name: 'mail-delivery',
  title: 'Send one e-mail',
  payload: mail,
  delivery: { attempts: 10, timeLimit: '5m' },
})
