import { normalizeUserName } from '@danbooru-jobs/booru'
import { deactivateUser } from '@danbooru-jobs/contracts/danbooru'
import { ExpectedError } from '../expected-error.ts'
import { withDatabase, withPublisher } from './connections.ts'
import type { DeactivationReply } from './format/deactivation.ts'
import { askPassword, passwordFromInput } from './password.ts'

/**
 * Asks for an account to be deactivated.
 *
 * @param user id or name
 * @param by id or name of who asks; undefined: the user, who proves it with the password
 * @throws {ExpectedError} when there is no such account
 */
export async function requestDeactivation(
  user: string,
  by: string | undefined,
  passwordStdin: boolean,
): Promise<DeactivationReply> {
  const userId = await accountId(user)
  const deleterId = by === undefined ? userId : await accountId(by)
  const password = passwordStdin
    ? await passwordFromInput()
    : deleterId === userId
      ? await askPassword(user)
      : undefined
  return withPublisher((publisher) =>
    publisher.request(deactivateUser, { userId, deleterId, ...(password !== undefined && { password }) }),
  )
}

/** Digits are an id, as in Danbooru's URLs; anything else is a name in any spelling that Danbooru takes for the same. */
async function accountId(user: string): Promise<number> {
  if (/^\d{1,9}$/.test(user)) return Number(user)
  return withDatabase(async (database) => {
    const [row] = await database
      .entityManager()
      .execute<{ id: number }[]>('select id from users where lower(name) = ?', [normalizeUserName(user)])
    if (row === undefined) throw new ExpectedError(`There is no account named "${user}".`)
    return row.id
  })
}
