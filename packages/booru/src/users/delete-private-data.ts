import type { EntityManager } from '@mikro-orm/postgresql'
import { withdrawVotesBatch } from '../post-votes/withdraw-votes-batch.ts'
import { type Batch, type InTransaction, type Step, type SweepOptions, sweep } from '../sweep/sweep.ts'

/** Rows that go with their account, in Danbooru's order. */
const privateRows = [
  { name: 'apiKeys', table: 'api_keys', whose: 'user_id = ?' },
  { name: 'forumTopicVisits', table: 'forum_topic_visits', whose: 'user_id = ?' },
  { name: 'savedSearches', table: 'saved_searches', whose: 'user_id = ?' },
  { name: 'privateFavoriteGroups', table: 'favorite_groups', whose: 'creator_id = ? and is_public = false' },
] as const

/** How many rows of each kind are gone. */
export type PrivateDataCounts = Readonly<
  Record<(typeof privateRows)[number]['name'] | 'downvotes' | 'upvotes', number>
>

/** Whose private data are deleted. */
export interface PrivateDataOf {
  readonly userId: number
  /** Whether upvotes are private too, and are withdrawn. Downvotes always are. */
  readonly privateFavorites: boolean
  readonly now: Date
}

/** How private data are deleted. */
export interface DeletePrivateDataOptions extends Omit<SweepOptions, 'onProgress'> {
  readonly onProgress?: (counts: PrivateDataCounts) => void
}

/**
 * Deletes what only its user could see: API keys, forum topic visits, saved searches, private favorite groups, downvotes, and
 * upvotes if they are private (`DeleteUserJob` at Danbooru's commit b43a913ad7). Favorites are a matter of their own, see
 * {@link deleteAllFavorites}. In short transactions; done again, it deletes what is left.
 */
export async function deletePrivateData(
  transaction: InTransaction,
  { userId, privateFavorites, now }: PrivateDataOf,
  { onProgress, ...options }: DeletePrivateDataOptions = {},
): Promise<PrivateDataCounts> {
  const votes =
    (direction: 'up' | 'down'): Step =>
    (em, after, limit) =>
      withdrawVotesBatch(em, { userId, direction, now }, after, limit)
  const steps: { name: keyof PrivateDataCounts; step: Step }[] = [
    ...privateRows.map((rows) => ({ name: rows.name, step: deleteRows(rows, userId) })),
    { name: 'downvotes', step: votes('down') },
  ]
  if (privateFavorites) steps.push({ name: 'upvotes', step: votes('up') })
  let counts: PrivateDataCounts = noCounts
  for (const { name, step } of steps) {
    await sweep(transaction, step, {
      ...options,
      onProgress: (changed) => {
        counts = { ...counts, [name]: changed }
        onProgress?.(counts)
      },
    })
  }
  return counts
}

const noCounts: PrivateDataCounts = {
  apiKeys: 0,
  forumTopicVisits: 0,
  savedSearches: 0,
  privateFavoriteGroups: 0,
  downvotes: 0,
  upvotes: 0,
}

function deleteRows({ table, whose }: (typeof privateRows)[number], userId: number): Step {
  return async (em: EntityManager, after: number, limit: number): Promise<Batch> => {
    const [batch] = await em.execute<Batch[]>(
      `with found as (
         select id from ${table} where ${whose} and id > ? order by id limit ? for update
       ), deleted as (
         delete from ${table} where id in (select id from found) returning id
       )
       select (select count(*)::int from found) as found, count(*)::int as changed,
              (select coalesce(max(id), 0)::int from found) as last
         from deleted`,
      [userId, after, limit],
    )
    return batch ?? { found: 0, changed: 0, last: after }
  }
}
