import { done, type JobContext, type Json, RecordGoneError, worker } from '@danbooru-jobs/actors'
import {
  deleteAllFavorites,
  deletePrivateData,
  hasBitPref,
  type InTransaction,
  resetSettings,
  User,
} from '@danbooru-jobs/booru'
import type { PayloadOf } from '@danbooru-jobs/contracts'
import { deleteUser } from '@danbooru-jobs/contracts/danbooru'

/**
 * Deletes the private data of a user, resets the settings, or does one after the other (`DeleteUserJob`). Only the whole job
 * deletes private favorites: a publisher that wants only a part deleted enqueues `delete-favorites` for them.
 *
 * The settings come last, since whether favorites are private is one of them: a job that died half-way still knows it.
 */
export const deleteUserWorker = worker(deleteUser, async (payload, job) => {
  const { userId, part } = payload
  switch (part) {
    case 'private-data':
      return done(await privateData(payload, job, { favoritesToo: false }))
    case 'settings':
      return done(await settings(userId, job))
    case 'all':
      return done({
        ...(await privateData(payload, job, { favoritesToo: true })),
        ...(await settings(userId, job)),
      })
    default:
      return part satisfies never
  }
})

type Result = { readonly [key: string]: Json }

async function privateData(
  payload: PayloadOf<typeof deleteUser>,
  job: JobContext,
  { favoritesToo }: { readonly favoritesToo: boolean },
): Promise<Result> {
  const { userId } = payload
  const flags = await job.transaction((em) => em.findOne(User, userId, { fields: ['bitPrefs'] }))
  if (flags === null) throw new RecordGoneError('User', userId)
  const privateFavorites = payload.privateFavorites ?? hasBitPref(flags.bitPrefs, 'enablePrivateFavorites')
  const now = job.clock.now()
  const transaction: InTransaction = (work) => job.transaction(work)
  const counts = await deletePrivateData(
    transaction,
    { userId, privateFavorites, now },
    { signal: job.signal, onProgress: (deleted) => job.progress({ ...deleted }) },
  )
  if (!favoritesToo || !privateFavorites) return { ...counts }
  const favorites = await deleteAllFavorites(
    transaction,
    { userId, now },
    {
      signal: job.signal,
      onProgress: ({ deleted, remaining }) => job.progress({ ...counts, deleted, remaining }),
    },
  )
  return { ...counts, favorites }
}

async function settings(userId: number, job: JobContext): Promise<Result> {
  const reset = await job.transaction((em) => resetSettings(em, userId, job.clock.now()))
  if (!reset) throw new RecordGoneError('User', userId)
  return { settingsReset: true }
}

export { booruDatabase as database } from '@danbooru-jobs/booru'
