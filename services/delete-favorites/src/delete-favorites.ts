import { done, RecordGoneError, worker } from '@danbooru-jobs/actors'
import { deleteAllFavorites, User } from '@danbooru-jobs/booru'
import { deleteFavorites } from '@danbooru-jobs/contracts/danbooru'

/**
 * Deletes every favorite of a user, private or not (`DeleteFavoritesJob`), in short transactions: Danbooru holds the locks of
 * all of them until the last is gone.
 */
export const deleteFavoritesWorker = worker(deleteFavorites, async ({ userId }, job) => {
  const user = await job.transaction((em) => em.findOne(User, userId, { fields: ['id'] }))
  if (user === null) throw new RecordGoneError('User', userId)
  const deleted = await deleteAllFavorites(
    (work) => job.transaction(work),
    { userId, now: job.clock.now() },
    { signal: job.signal, onProgress: (progress) => job.progress({ ...progress }) },
  )
  return done({ deleted })
})

export { booruDatabase as database } from '@danbooru-jobs/booru'
