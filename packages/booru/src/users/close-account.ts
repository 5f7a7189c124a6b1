import type { EntityManager } from '@mikro-orm/postgresql'
import { UserEvent, UserNameChangeRequest, UserSession } from '../entities/index.ts'
import type { User } from '../entities/users.ts'
import { writeModActions } from '../mod-actions/write.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { hasBitPref } from './bit-prefs.ts'
import { deletedUserName } from './names.ts'
import { userEventCategories } from './user-event-categories.ts'

/** The web request behind a user event. */
export interface RequestSession {
  readonly ip: string
  readonly sessionId: string
  readonly userAgent?: string | undefined
}

/** How an account is closed. */
export interface Closing {
  readonly deleterId: number
  /** Of a random password; hashing takes too long to be done while the account's row is locked. */
  readonly passwordHash: string
  /** Recorded with the event on the closed account: never that of another user. */
  readonly session: RequestSession
}

/** What was done. */
export interface Closed {
  readonly modActionId: number
  /** As it was: the reset of the settings clears it. */
  readonly privateFavorites: boolean
}

/**
 * The part of a deactivation that happens at once: the account gets the name of a deleted user and a random password, with a
 * name change request, a mod action and a user event as witnesses (`UserDeletion#delete!` at Danbooru's commit b43a913ad7).
 * To be called with the user's row locked.
 *
 * A name is taken if it differs in case only: the table's unique index says so, where Danbooru's exact comparison would run into
 * it. The row is not validated, so old accounts with settings that are invalid today can be closed too.
 */
export async function closeAccount(work: UnitOfWork, user: User, closing: Closing): Promise<Closed> {
  const { em, now } = work
  const at = { createdAt: now, updatedAt: now }
  const name = await freeDeletedName(em, user.id)
  em.create(UserNameChangeRequest, { ...at, userId: user.id, originalName: user.name, desiredName: name })
  Object.assign(user, { name, bcryptPasswordHash: closing.passwordHash, updatedAt: now })
  const [modActionId] = await writeModActions(work, [
    {
      category: 'user_delete',
      creatorId: closing.deleterId,
      description: `deleted user #${user.id}`,
      subject: { type: 'User', id: user.id },
    },
  ])
  await recordDeletionEvent(work, user.id, closing.session)
  return { modActionId, privateFavorites: hasBitPref(user.bitPrefs, 'enablePrivateFavorites') }
}

async function recordDeletionEvent(
  { em, now }: UnitOfWork,
  userId: number,
  { ip, sessionId, userAgent }: RequestSession,
): Promise<void> {
  const at = { createdAt: now, updatedAt: now }
  const stored = em.create(UserSession, { ...at, ipAddr: ip, sessionId, userAgent: userAgent ?? null })
  await em.flush()
  const category = userEventCategories.user_deletion
  em.create(UserEvent, { ...at, userId, userSessionId: stored.id, category })
  await em.flush()
}

/** Names with one `~` more each, up to the first that is free. */
async function freeDeletedName(em: EntityManager, userId: number): Promise<string> {
  const first = deletedUserName(userId, 0)
  const [row] = await em.execute<{ name: string }[]>(
    `with recursive candidate(name) as (
       select ?::text
       union all
       select candidate.name || '~' from candidate
        where exists (select from users where lower(users.name) = candidate.name)
     )
     select name from candidate order by length(name) desc limit 1`,
    [first],
  )
  return row?.name ?? first
}
