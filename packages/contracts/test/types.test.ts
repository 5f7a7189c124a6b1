import { test } from 'node:test'
import type { z } from 'zod'
import type {
  deactivateUser,
  deleteUser,
  JobTypeName,
  jobTypes,
  mailDelivery,
  pruneBans,
} from '../src/danbooru/index.ts'
import type {
  AtomicResult,
  EnqueueResult,
  JobType,
  PayloadInputOf,
  PayloadOf,
  Publisher,
} from '../src/index.ts'
import { holds, type Same } from './type-equality.ts'

type DeleteUser = {
  userId: number
  part: 'all' | 'private-data' | 'settings'
  privateFavorites?: boolean | undefined
}

test('a handler gets the payload with its defaults, a publisher may leave them out', () => {
  holds<Same<PayloadOf<typeof deleteUser>, DeleteUser>>()
  holds<Same<undefined extends PayloadInputOf<typeof deleteUser>['part'] ? true : false, true>>()
  holds<Same<PayloadOf<typeof pruneBans>, Record<string, never>>>()
})

test('a mail is one of four, and each names its record', () => {
  type Mail = PayloadOf<typeof mailDelivery>
  holds<
    Same<Mail['mail'], 'dmail_notice' | 'password_reset' | 'email_change_confirmation' | 'welcome_user'>
  >()
  holds<Same<Extract<Mail, { mail: 'dmail_notice' }>, { mail: 'dmail_notice'; dmailId: number }>>()
})

test('names are literal', () => {
  holds<Same<(typeof deleteUser)['name'], 'delete-user'>>()
  holds<Same<'delete-user' extends JobTypeName ? true : false, true>>()
  holds<Same<string extends JobTypeName ? true : false, false>>()
})

test('every job type is a job type', () => {
  holds<(typeof jobTypes)[number] extends JobType ? true : false>()
})

test('results are distinguished by their status', () => {
  holds<Same<EnqueueResult['status'], 'accepted' | 'duplicate' | 'already-queued'>>()
  holds<Same<AtomicResult['status'], 'accepted' | 'duplicate' | 'already-queued'>>()
  holds<Same<Extract<EnqueueResult, { status: 'already-queued' }>['key'], string>>()
  type Reply = z.output<(typeof deactivateUser)['reply']>
  holds<Same<Reply['status'], 'accepted' | 'refused' | 'invalid' | 'limited' | 'failed'>>()
  holds<Same<Awaited<ReturnType<Publisher['enqueue']>>, EnqueueResult>>()
})
