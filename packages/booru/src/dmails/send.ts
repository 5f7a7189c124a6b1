import { mailDelivery } from '@danbooru-jobs/contracts/danbooru'
import { Dmail } from '../entities/index.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { hasBitPref } from '../users/bit-prefs.ts'
import { isGold } from '../users/levels.ts'
import { findSystemUser } from '../users/system-user.ts'
import type { Message } from './message.ts'
import { countUnreadDmails } from './unread.ts'
import { dmailProblems, tooManyRecipients } from './validate.ts'

/** What became of a message; a refused one left no trace. */
export type Sent =
  | { readonly kind: 'sent'; readonly dmailId: number }
  /** `problems` in the words of Danbooru's validation messages. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] }

interface Correspondents {
  from: { id: number; level: number } | undefined
  to: { id: number; bit_prefs: string } | undefined
}

/**
 * Sends a message from one user to another: a copy for each, the sender's already read. `dmailId` is the recipient's copy.
 * Users below Gold may write to ten different people an hour. Danbooru's `Dmail.create_split` at commit b43a913ad7.
 */
export async function sendDmail(work: UnitOfWork, fromId: number, message: Message): Promise<Sent> {
  const { from, to } = await correspondents(work, fromId, message.toId)
  const problems = dmailProblems(message, { fromExists: from !== undefined, toExists: to !== undefined })
  if (from && to && !isGold(from) && (await tooManyRecipients(work, fromId, to.id))) {
    problems.push("You can't send dmails to more than 10 users per hour")
  }
  if (problems.length > 0 || to === undefined) return { kind: 'refused', problems }
  await store(work, fromId, message, { ownerId: fromId, isRead: true })
  return deliver(work, fromId, to, message)
}

/**
 * Sends a message from the system user: only the recipient has a copy. A message that breaks a rule (no such recipient, a
 * title or body that is blank or too long) is refused without an error. Danbooru's `Dmail.create_automated` at commit
 * b43a913ad7.
 */
export async function sendAutomatedDmail(work: UnitOfWork, message: Message): Promise<Sent> {
  const system = await findSystemUser(work.em)
  const { to } = await correspondents(work, system.id, message.toId)
  const problems = dmailProblems(message, { fromExists: true, toExists: to !== undefined })
  if (problems.length > 0 || to === undefined) return { kind: 'refused', problems }
  return deliver(work, system.id, to, message)
}

async function deliver(
  work: UnitOfWork,
  fromId: number,
  to: { id: number; bit_prefs: string },
  message: Message,
): Promise<Sent> {
  const dmailId = await store(work, fromId, message, { ownerId: to.id, isRead: false })
  await countUnreadDmails(work.em, [to.id])
  if (message.notify !== false && hasBitPref(BigInt(to.bit_prefs), 'receiveEmailNotifications')) {
    work.outbox.enqueue(mailDelivery, { mail: 'dmail_notice', dmailId })
  }
  return { kind: 'sent', dmailId }
}

function store(
  { em, now }: UnitOfWork,
  fromId: number,
  { toId, title, body }: Message,
  copy: { ownerId: number; isRead: boolean },
): Promise<number> {
  return em.insert(Dmail, { ...copy, fromId, toId, title, body, createdAt: now, updatedAt: now })
}

async function correspondents({ em }: UnitOfWork, fromId: number, toId: number): Promise<Correspondents> {
  const users = await em.execute<{ id: number; level: number; bit_prefs: string }[]>(
    'SELECT id, level, bit_prefs::text FROM users WHERE id IN (?, ?)',
    [fromId, toId],
  )
  return { from: users.find(({ id }) => id === fromId), to: users.find(({ id }) => id === toId) }
}
