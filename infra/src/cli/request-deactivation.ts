import { normalizeUserName } from '@danbooru-jobs/booru'
import { deactivateUser } from '@danbooru-jobs/contracts/danbooru'
import { ExpectedError } from '../expected-error.ts'
import { confirm } from './confirm.ts'
import { withDatabase, withPublisher } from './connections.ts'
import type { DeactivationReply } from './format/deactivation.ts'
import { askPassword, passwordFromInput } from './password.ts'

/** A request as it was written. */
export interface DeactivationCommand {
  /** Id or name. */
  readonly user: string
  /** Id or name of the account that asks; undefined: the user, who proves it with the password. */
  readonly by: string | undefined
  readonly passwordStdin: boolean
  /** Whether to go ahead without asking. */
  readonly isSure: boolean
}

/**
 * Requests that an account is deactivated. Asks first, unless it is sure.
 *
 * @throws {ExpectedError} when there is no such account, or the answer is no
 * @throws {UsageError} when it would have to ask, and there is no terminal
 */
export async function requestDeactivation(command: DeactivationCommand): Promise<DeactivationReply> {
  const { user, by, passwordStdin, isSure } = command
  const userId = await accountId(user)
  const deleterId = by === undefined ? userId : await accountId(by)
  if (!isSure) await confirm(`This deactivates the account ${user} permanently.`)
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
