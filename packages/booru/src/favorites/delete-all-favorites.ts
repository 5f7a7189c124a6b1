import { type InTransaction, type SweepOptions, sweep } from '../sweep/sweep.ts'
import { deleteFavoritesBatch, type FavoritesOf } from './delete-favorites-batch.ts'

/** How far the deletion is. */
export interface FavoritesProgress {
  readonly deleted: number
  readonly remaining: number
}

/** How a user's favorites are deleted. */
export interface DeleteFavoritesOptions extends Omit<SweepOptions, 'onProgress'> {
  readonly onProgress?: (progress: FavoritesProgress) => void
}

/**
 * Deletes every favorite of a user, private or not, in short transactions; see {@link deleteFavoritesBatch}.
 *
 * @returns how many were deleted by this call.
 */
export async function deleteAllFavorites(
  transaction: InTransaction,
  favorites: FavoritesOf,
  { onProgress, ...options }: DeleteFavoritesOptions = {},
): Promise<number> {
  const total = await transaction(async (em) => {
    const [row] = await em.execute<{ count: number }[]>(
      'select count(*)::int as count from favorites where user_id = ?',
      [favorites.userId],
    )
    return row?.count ?? 0
  })
  return sweep(transaction, (em, after, limit) => deleteFavoritesBatch(em, favorites, after, limit), {
    ...options,
    onProgress: (deleted) => onProgress?.({ deleted, remaining: Math.max(0, total - deleted) }),
  })
}
