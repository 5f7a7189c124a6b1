import type { EntityManager } from '@mikro-orm/postgresql'

/** The name of the account in whose name jobs act; Danbooru's configuration `system_user`. */
export const systemUserName = 'DanbooruBot'

/**
 * The account in whose name jobs act.
 *
 * @throws Error if there is no account of exactly that name.
 */
export async function findSystemUser(
  em: EntityManager,
): Promise<{ readonly id: number; readonly name: string }> {
  const [user] = await em.execute<{ id: number; name: string }[]>(
    'SELECT id, name FROM users WHERE name = ?',
    [systemUserName],
  )
  if (user === undefined) throw new Error(`there is no account named ${systemUserName} for jobs to act as`)
  return user
}
