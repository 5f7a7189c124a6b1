import type { EntityManager } from '@mikro-orm/postgresql'
import { hashPassword, unknownPasswordHash } from '../users/passwords.ts'
import { agoFrom } from './ago.ts'
import { countEverything, miscountTags } from './counters.ts'
import { seedFavorites } from './favorites.ts'
import { seedForum } from './forum.ts'
import { seedPosts } from './posts.ts'
import { seedUpkeep } from './upkeep.ts'
import { seedUsers } from './users.ts'

export interface SeedOptions {
  /** Every time in the seed is an age counted back from this one. */
  now: Date
  /** Password of the system user DanbooruBot; by default a random one. */
  systemPassword?: string
}

/**
 * Fills an empty image board with a small community: accounts of every level, all with the password `password`
 * save DanbooruBot, about forty posts with tags and files, favorites and votes both public and private, a forum,
 * and something for each maintenance job to do. All counters are right but two tag counts. A board with any
 * account is left as it is.
 *
 * @returns `seeded`, or `present` if there was nothing to do
 */
export async function seedBooru(
  em: EntityManager,
  { now, systemPassword }: SeedOptions,
): Promise<'seeded' | 'present'> {
  const systemPasswordHash =
    systemPassword === undefined ? unknownPasswordHash() : await hashPassword(systemPassword)
  return em.fork().transactional(async (transaction) => {
    await transaction.execute('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE')
    const [row] = await transaction.execute<{ present: boolean }[]>(
      'SELECT EXISTS (SELECT FROM users) AS present',
    )
    if (row?.present === true) return 'present'

    const ago = agoFrom(now)
    seedUsers(transaction, ago, systemPasswordHash)
    seedPosts(transaction, ago)
    seedFavorites(transaction, ago)
    seedForum(transaction, ago)
    seedUpkeep(transaction, ago)
    await transaction.flush()
    transaction.clear()
    await countEverything(transaction)
    await miscountTags(transaction)
    return 'seeded'
  })
}
